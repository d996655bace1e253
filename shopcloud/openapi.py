"""What the API's description says of every operation: its errors are problem documents, its tokens are JWTs."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension

from shopcloud.openapi_examples import EXAMPLES
from shopcloud.openapi_problems import CODES, codes_of, example_of
from shopcloud.openapi_samples import show_answers
from shopcloud.openapi_words import INTRODUCTION, PARAMETERS, SECTIONS, SUMMARIES, section_of

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
_DONE = {"200": "As it is now.", "201": "Made.", "202": "Taken on.", "204": "Done."}
_HEADERS = {
    "ETag": {"schema": {"type": "string"}, "description": "names these bytes; send it back as `If-None-Match`"},
    "Cache-Control": {"schema": {"type": "string"}, "description": "how long to keep the answer without asking"},
    "Warning": {"schema": {"type": "string"}, "description": "begins with 110 where the answer is of before a break"},
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


def describe_operations(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """A hook of drf-spectacular: what each operation is called and may answer, with examples of all of it."""
    components = result["components"]
    components["schemas"]["Problem"] = _PROBLEM
    components["parameters"]["IfNoneMatch"] = _IF_NONE_MATCH
    components["headers"] = _HEADERS
    components["examples"] = {code: {"value": example_of(code)} for code in CODES}
    for path, operations in result["paths"].items():
        for method, operation in operations.items():
            operation["summary"] = SUMMARIES[operation["operationId"]]
            for parameter in operation.get("parameters", ()):
                if "name" in parameter and not parameter.get("description"):
                    parameter["description"] = PARAMETERS[parameter["name"]]
            _describe_answers(path, method, operation, components["schemas"])
            if operation["operationId"] in EXAMPLES:
                content = operation["requestBody"]["content"]["application/json"]
                content.setdefault("examples", {})["Example"] = {"value": EXAMPLES[operation["operationId"]]}
    return result


def describe_document(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """A hook of drf-spectacular, the last: the introduction, the sections in their order, an example of each answer."""
    result["info"]["description"] = INTRODUCTION
    result["tags"] = [{"name": name, "description": about} for name, (_paths, about) in SECTIONS.items()]
    for path, operations in result["paths"].items():
        for operation in operations.values():
            operation["tags"] = [section_of(path)]
    show_answers(result)
    return result


def _describe_answers(path: str, method: str, operation: dict[str, Any], schemas: dict[str, Any]) -> None:
    kept = method == "get" and operation["operationId"] in _KEPT
    problems = codes_of(path, operation, for_everybody=kept)
    if kept:
        _describe_keeping(operation)
    if any(parameter.get("name") == "fields" for parameter in operation.get("parameters", ())):
        _loosen(operation["responses"]["200"], schemas)
    for status, codes in problems.items():
        content = {
            "schema": {"$ref": "#/components/schemas/Problem"},
            "examples": {code: {"$ref": f"#/components/examples/{code}"} for code in codes},
        }
        told = f"{_WHEN[status]} `code`: {', '.join(f'`{code}`' for code in codes)}."
        operation["responses"][status] = {"description": told, "content": {"application/problem+json": content}}
    for status, response in operation["responses"].items():
        response["description"] = response.get("description") or _DONE[status]


def _describe_keeping(operation: dict[str, Any]) -> None:
    for name in _HEADERS:
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
