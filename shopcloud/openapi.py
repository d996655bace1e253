"""What the API's description says of every operation: its errors are problem documents, its tokens are JWTs."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension

from shopcloud.openapi_examples import EXAMPLES

_PROBLEM = {
    "type": "object",
    "description": "RFC 9457. `code` is stable; `detail` tells people what to do.",
    "required": ["type", "title", "status", "code", "detail"],
    "properties": {
        "type": {"type": "string", "example": "urn:shopcloud:problem:out_of_stock"},
        "title": {"type": "string", "example": "Out of stock"},
        "status": {"type": "integer", "example": 409},
        "code": {"type": "string", "example": "out_of_stock"},
        "detail": {"type": "string"},
        "errors": {"type": "object", "additionalProperties": {}, "description": "what is wrong, by field"},
        "sku": {"type": "string", "description": "the line that stands in the way"},
        "available": {"type": "integer", "description": "how many of it are left"},
    },
    "additionalProperties": {},
}
_WHEN = {
    "400": "The request is not valid; `errors` names the fields.",
    "401": "Sign in first, or again: send `Authorization: Bearer <access token>` with a token that still holds.",
    "403": "You are signed in, and may not do this.",
    "404": "It does not exist, or it is not yours.",
    "406": "It is not to be had as any type that `Accept` names.",
    "409": "It cannot be done as things stand, or the same request is still being worked on.",
    "410": "It was to be had once; `detail` says why not any more.",
    "413": "The body is too large.",
    "415": "Bodies are `application/json`.",
    "422": "The Idempotency-Key was used with another request.",
    "429": "Too many requests. `Retry-After` says for how many seconds to wait.",
}
_HEADERS = {
    "ETag": {"schema": {"type": "string"}, "description": "names these bytes; send it back as `If-None-Match`"},
    "Cache-Control": {"schema": {"type": "string"}, "description": "how long to keep the answer without asking"},
}
_IF_NONE_MATCH = {
    "name": "If-None-Match",
    "in": "header",
    "schema": {"type": "string"},
    "description": "the `ETag` of what you have",
}
# Reads that tell everybody the same (shopcloud.lib.kept_reads).
_KEPT = {
    "products",
    "product",
    "bought_together",
    "reviews",
    "categories",
    "collections",
    "collection",
    "search",
    "suggest",
}
_WRITES = ("post", "put", "patch")
# What an operation's own rules may answer, beside what its parameters and its body tell.
_ALSO = {
    "403": {"write_review", "change_review", "ask_for_erasure"},
    "410": {"redeem_download"},
    "404": {"erasure", "products", "place_order", "ask_for_stock_alert", "wishlist_link"},
}


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[misc]
    """The access token that `/_allauth/app/v1/auth/login` gives in `meta.access_token`."""

    target_class = "accounts.tokens.AppToken"
    name = "accessToken"
    priority = 1

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        return {
            "type": "http",
            "scheme": "bearer",
            "bearerFormat": "JWT",
            "description": (self.__doc__ or "").strip(),
        }


def describe_problems(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """A hook of drf-spectacular: adds the problem documents each operation may answer with."""
    result["components"].setdefault("schemas", {})["Problem"] = _PROBLEM
    result["components"].setdefault("parameters", {})["IfNoneMatch"] = _IF_NONE_MATCH
    responses = result["components"].setdefault("responses", {})
    for status, when in _WHEN.items():
        responses[f"Problem{status}"] = {
            "description": when,
            "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
    result["components"]["headers"] = _HEADERS
    for path, operations in result["paths"].items():
        for method, operation in operations.items():
            if method == "get" and operation["operationId"] in _KEPT:
                _describe_keeping(operation)
            if operation["operationId"] in EXAMPLES:
                content = operation["requestBody"]["content"]["application/json"]
                content.setdefault("examples", {})["Example"] = {"value": EXAMPLES[operation["operationId"]]}
            if any(parameter.get("name") == "fields" for parameter in operation.get("parameters", ())):
                _loosen(operation["responses"]["200"], result["components"]["schemas"])
            for status in _statuses(path, method, operation):
                operation["responses"].setdefault(status, {"$ref": f"#/components/responses/Problem{status}"})
    return result


def _describe_keeping(operation: dict[str, Any]) -> None:
    for name in ("ETag", "Cache-Control"):
        operation["responses"]["200"].setdefault("headers", {})[name] = {"$ref": f"#/components/headers/{name}"}
    operation["responses"]["304"] = {"description": "What you have is what there is: `If-None-Match` names it."}
    operation.setdefault("parameters", []).append({"$ref": "#/components/parameters/IfNoneMatch"})


def _loosen(response: dict[str, Any], schemas: dict[str, Any]) -> None:
    """Where `?fields=` leaves members out, the answer is whole or promises the first one only: it names the thing."""
    content = response["content"]["application/json"]
    whole = content["schema"]["$ref"].rpartition("/")[2]
    results = schemas[whole]["properties"].get("results")
    item = results["items"]["$ref"].rpartition("/")[2] if results else whole
    part = f"Sparse{item}"
    schemas[part] = {**schemas[item], "required": [next(iter(schemas[item]["properties"]))]}
    if results:
        properties = {
            **schemas[whole]["properties"],
            "results": {"type": "array", "items": {"$ref": f"#/components/schemas/{part}"}},
        }
        schemas[f"Sparse{whole}"] = {**schemas[whole], "properties": properties}
        part = f"Sparse{whole}"
    # Whole where nothing was left out: generated clients need not ask for each member whether it came.
    content["schema"] = {"anyOf": [{"$ref": f"#/components/schemas/{name}"} for name in (whole, part)]}


def _statuses(path: str, method: str, operation: dict[str, Any]) -> list[str]:
    # 401 also where nobody need sign in: a token that is sent must be a good one.
    statuses = ["401", "406", "429"]
    if operation.get("parameters") or "requestBody" in operation:
        statuses.append("400")
    statuses += [status for status, operations in _ALSO.items() if operation["operationId"] in operations]
    if "{" in path:
        statuses.append("404")
    if "requestBody" in operation:
        statuses += ["413", "415"]
    if method in _WRITES:
        statuses.append("409")
    if any(parameter.get("name") == "Idempotency-Key" for parameter in operation.get("parameters", ())):
        statuses.append("422")
    return sorted(statuses)
