"""An example of every answer in the API's description, made of its shape and of what its members are called."""

from typing import Any

_MONEY = {"amount": 4999, "currency": "USD"}
_WHEN = "2026-11-28T12:00:00Z"
# By the member's name, or by the shape's and the member's where the name alone says too little.
_MEMBERS: dict[str, Any] = {
    "access_key": "x4VbN2mQ8sT0uY6zA1cE3gI5kM7oP9r",
    "allowed": ["See your orders, invoices and returns"],
    "alt": "A floor lamp beside a sofa",
    "attributes": {"material": "Oak", "bulb": "E27"},
    "author": "Mara K.",
    "average": 4.6,
    "body": "Just right beside the sofa.",
    "brand": "Halo",
    "breadcrumbs": None,
    "cart": "q1Zt0Yk3sV8wJm5xR2bN7cD9eF4gH6aL0pQ1rS2tU3v",
    "Cart.id": "q1Zt0Yk3sV8wJm5xR2bN7cD9eF4gH6aL0pQ1rS2tU3v",
    "OwnCart.id": "q1Zt0Yk3sV8wJm5xR2bN7cD9eF4gH6aL0pQ1rS2tU3v",
    "carrier": "UPS",
    "category": "lighting/floor-lamps",
    "Category.parent": "lighting",
    "city": "Portland",
    "client_id": "budget",
    "code": "LAMPS10",
    "ShippingMethod.code": "standard",
    "company": "",
    "count": 12,
    "country": "US",
    "currency": "USD",
    "days": [2, 4],
    "description": "A lamp of oak and linen.",
    "email": "mara@example.com",
    "ending": "7K3F",
    "failure": "",
    "first_name": "Mara",
    "kind": "order_shipped",
    "label": "Material",
    "last_name": "Keller",
    "line1": "97 Kelp Lane",
    "line2": "",
    "market": "us",
    "message": "",
    "next": None,
    "note": "",
    "number": "SC-7K3F92QX",
    "Document.number": "INV-2026-000123",
    "options": {"size": "Small"},
    "BundleItem.options": "Small",
    "path": "/p/halo-lamp-01j9z3k7qv/",
    "Category.path": "lighting/floor-lamps",
    "postal_code": "97201",
    "previous": None,
    "product_id": "01j9z3k7qv",
    "purpose": "cart_reminders",
    "quantity": 1,
    "rating": 5,
    "reason": "",
    "redirect_url": "",
    "region": "OR",
    "reply": "",
    "review_id": "r8Kq2vXw",
    "shipping_method": "standard",
    "sku": "LAMP-S",
    "slug": "halo-lamp",
    "tax_label": "",
    "tax_rate": "0.000000",
    "text": "Oak",
    "title": "Halo lamp",
    "total": 128,
    "tracking": "1Z999AA10123456784",
    "tracking_url": "https://www.ups.com/track?tracknum=1Z999AA10123456784",
    "trouble": None,
    "url": "https://shop.example/media/halo-lamp.webp",
    "value": "Oak",
    "vat_id": "",
}
_FORMATS = {
    "date-time": _WHEN,
    "date": "2026-11-28",
    "uri": "https://shop.example/media/halo-lamp.webp",
    "email": "mara@example.com",
    "decimal": "0.000000",
    "double": 4.6,
}
_TYPES: dict[str, Any] = {"string": "Halo lamp", "integer": 1, "number": 1.5, "boolean": True, "object": {}}


def show_answers(result: dict[str, Any]) -> None:
    """Put an example beside the shape of every answer in JSON that is no problem document."""
    schemas = result["components"]["schemas"]
    for operations in result["paths"].values():
        for operation in operations.values():
            for response in operation["responses"].values():
                content = response.get("content", {}).get("application/json")
                if content and "examples" not in content:
                    content["examples"] = {"Example": {"value": sample(content["schema"], schemas)}}


def sample(shape: dict[str, Any], schemas: dict[str, Any], named: str = "", inside: str = "") -> Any:
    """A value of the shape; `named` is the member it is of, `inside` the shape that has the member."""
    for part in (shape.get("anyOf") or shape.get("allOf") or [])[:1]:
        return sample(part, schemas, named, inside)
    if "$ref" in shape:
        name = shape["$ref"].rpartition("/")[2]
        return dict(_MONEY) if name == "Money" else sample(schemas[name], schemas, named, name)
    if "properties" in shape:
        return {
            member: sample(told, schemas, member, inside)
            for member, told in shape["properties"].items()
            if member in shape.get("required", ())
        }
    if "enum" in shape:
        return shape["enum"][0]
    return _plain(shape, schemas, named, inside)


def _plain(shape: dict[str, Any], schemas: dict[str, Any], named: str, inside: str) -> Any:
    kind = shape.get("type", "object")
    for name in (f"{inside}.{named}", named):
        if name in _MEMBERS and _fits(_MEMBERS[name], kind, nullable=shape.get("nullable", False)):
            return _MEMBERS[name]
    if kind == "array":
        return [sample(shape["items"], schemas, "", inside)]
    return _FORMATS.get(shape.get("format", ""), _TYPES[kind])


def _fits(value: Any, kind: str, *, nullable: bool) -> bool:
    if value is None:
        return nullable
    types = {"string": str, "integer": int, "number": (int, float), "boolean": bool, "array": list, "object": dict}
    return isinstance(value, types[kind])  # type: ignore[arg-type]
