"""Shapes in the API's description that make good types in generated clients.

An answer's members are required unless it leaves them out, a shape has one name wherever it is used, and so has a
market.
"""

from collections.abc import Callable
from typing import Any

from shopcloud.markets import BY_CODE

_SCHEMAS = "#/components/schemas/"
_MARKET = {
    "name": "market",
    "in": "query",
    "schema": {"allOf": [{"$ref": f"{_SCHEMAS}Market"}], "default": "us"},
    "description": "whose prices, taxes and language hold; what has no translation is said in English",
}
# Members that come only with `?expand=`.
_WHEN_ASKED = {"breadcrumbs", "reviews", "documents", "products"}
# What is sent to the buyer over the network has no address.
_MAY_MISS = {
    "Product": _WHEN_ASKED,
    "Order": _WHEN_ASKED,
    "PlacedOrder": _WHEN_ASKED,
    "ShippingAddress": {"name", "line1", "line2", "city", "postal_code", "region", "country"},
}


def fit_for_clients(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """A hook of drf-spectacular. Runs before answers are described."""
    result = _renamed(result)
    schemas = result["components"]["schemas"]
    for name, shape in schemas.items():
        # What is sent may leave out what has a default; an answer has it.
        if not name.endswith("Request") and "properties" in shape:
            required = sorted(set(shape["properties"]) - _MAY_MISS.get(name, set()))
            shape.update(required=required) if required else shape.pop("required", None)
    _name_market(result)
    result["components"]["schemas"] = dict(sorted(schemas.items()))
    return result


def _name_market(result: dict[str, Any]) -> None:
    for operations in result["paths"].values():
        for operation in operations.values():
            for at, parameter in enumerate(operation.get("parameters", ())):
                if parameter.get("name") == "market":
                    operation["parameters"][at] = {"$ref": "#/components/parameters/Market"}
    result["components"].setdefault("parameters", {})["Market"] = _MARKET
    result["components"]["schemas"]["Market"] = {"type": "string", "enum": list(BY_CODE)}


def _renamed(result: dict[str, Any]) -> dict[str, Any]:
    """`OrderRequestRequest` is `OrderRequest`, and an enumeration does not say that it is one."""
    schemas = result["components"]["schemas"]
    names = {name: name.replace("RequestRequest", "Request").removesuffix("Enum") for name in schemas}
    result["components"]["schemas"] = {names[name]: shape for name, shape in schemas.items()}
    if len(set(names.values())) < len(names):
        raise ValueError(f"Two shapes would have one name: {sorted(names)}")
    moved = {_SCHEMAS + old: _SCHEMAS + new for old, new in names.items()}
    return _with_references(result, lambda reference: moved.get(reference, reference))


def _with_references(part: Any, name: Callable[[str], str]) -> Any:
    if isinstance(part, list):
        return [_with_references(each, name) for each in part]
    if isinstance(part, dict):
        return {
            key: name(value) if key == "$ref" and isinstance(value, str) else _with_references(value, name)
            for key, value in part.items()
        }
    return part
