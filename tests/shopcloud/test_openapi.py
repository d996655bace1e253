"""The API describes itself: valid OpenAPI, its errors and its tokens included."""

import keyword

import jsonschema_rs
import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import Client

pytestmark = pytest.mark.django_db


@pytest.fixture
def schema(tmp_path) -> dict:
    import yaml

    file = tmp_path / "schema.yaml"
    call_command("spectacular", "--validate", "--fail-on-warn", "--file", str(file))
    return yaml.safe_load(file.read_text())


def operations_of(schema):
    return [operation for operations in schema["paths"].values() for operation in operations.values()]


def test_every_operation_names_its_problems_by_their_codes(schema):
    ours = {path: told for path, told in schema["paths"].items() if path.startswith("/api/v1/")}
    for operation in operations_of({"paths": ours}):
        errors = {status: told for status, told in operation["responses"].items() if status >= "400"}
        assert {"401", "406", "429"} <= set(errors), operation["operationId"]
        for status, told in errors.items():
            content = told["content"]["application/problem+json"]
            assert content["schema"] == {"$ref": "#/components/schemas/Problem"}
            for code, example in content["examples"].items():
                assert example == {"$ref": f"#/components/examples/{code}"}
                shown = schema["components"]["examples"][code]["value"]
                assert (shown["code"], shown["status"]) == (code, int(status))
    place = schema["paths"]["/api/v1/orders/"]["post"]
    assert {"201", "400", "404", "409", "413", "422", "429"} <= set(place["responses"])
    assert "out_of_stock" in place["responses"]["409"]["content"]["application/problem+json"]["examples"]
    assert set(schema["components"]["schemas"]["Problem"]["required"]) == {"type", "title", "status", "code", "detail"}


def test_the_page_about_the_api_tells_of_every_code(schema):
    page = (settings.BASE_DIR / "docs" / "api.md").read_text()
    rows = [line.split("|")[1:3] for line in page.splitlines() if line.startswith("| `")]
    told = {(code.strip(" `"), status.strip()) for codes, status in rows for code in codes.split(",")}
    for code, example in schema["components"]["examples"].items():
        assert (code, str(example["value"]["status"])) in told


def test_a_stranger_is_told_of_every_operation_and_parameter(schema):
    sections = [tag["name"] for tag in schema["tags"]]
    assert sections[:4] == ["signing-in", "catalog", "reviews", "carts"]
    for operation in operations_of(schema):
        name = operation["operationId"]
        assert 0 < len(operation["summary"]) < 60, name
        assert operation["description"].strip(), name
        assert set(operation["tags"]) <= set(sections), name
        assert all(parameter.get("description", "$ref" in parameter) for parameter in operation.get("parameters", ()))
        assert all(response["description"] for response in operation["responses"].values()), name
    assert all(tag["description"] for tag in schema["tags"])
    for rule in ("Bearer", "problem documents", "cursor", "Idempotency-Key", "RateLimit", "Sunset"):
        assert rule in schema["info"]["description"]


def test_every_answer_in_json_shows_a_good_one(schema):
    shapes = with_null({"components": {"schemas": schema["components"]["schemas"]}})
    shown = 0
    for operation in operations_of(schema):
        for response in operation["responses"].values():
            content = response.get("content", {}).get("application/json")
            for example in content["examples"].values() if content else ():
                jsonschema_rs.Draft4Validator({**content["schema"], **shapes}).validate(example["value"])
                shown += 1
    assert shown > 70


def with_null(part):
    """OpenAPI's `nullable` in the words of JSON Schema."""
    if isinstance(part, list):
        return [with_null(each) for each in part]
    if not isinstance(part, dict):
        return part
    told = {name: with_null(value) for name, value in part.items()}
    return {"anyOf": [told, {"type": "null"}]} if part.get("nullable") is True else told


def test_shapes_have_names_that_make_good_types(schema):
    names = set(schema["components"]["schemas"])
    assert not [name for name in names if name.endswith(("Enum", "RequestRequest"))]
    assert {"Market", "OrderStatus", "AddressRequest", "OrderRequest", "Document"} <= names
    operations = operations_of(schema)
    ids = [operation["operationId"] for operation in operations]
    assert len(ids) == len(set(ids))
    assert not [name for name in ids if keyword.iskeyword(name) or not name.isidentifier()]


def test_an_answer_has_all_its_members_and_an_expansion_its_own_shape(schema):
    order = schema["components"]["schemas"]["Order"]
    assert {"status", "tax_included", "shipping_address"} <= set(order["required"])
    assert not {"documents", "products"} & set(order["required"])
    assert order["properties"]["documents"]["items"] == {"$ref": "#/components/schemas/Document"}
    assert order["properties"]["products"]["items"] == {"$ref": "#/components/schemas/OrderedProduct"}
    address = schema["components"]["schemas"]["AddressRequest"]
    assert "id" not in address["properties"]


def test_tokens_are_described_as_bearer_jwts(schema):
    token = schema["components"]["securitySchemes"]["accessToken"]
    assert (token["type"], token["scheme"], token["bearerFormat"]) == ("http", "bearer", "JWT")
    assert {"accessToken": []} in schema["paths"]["/api/v1/me/"]["get"]["security"]


def test_placing_an_order_is_shown_by_example(schema):
    body = schema["paths"]["/api/v1/orders/"]["post"]["requestBody"]["content"]["application/json"]
    assert len(body["examples"]) == 3


def test_every_operation_that_takes_a_body_shows_a_good_one(schema):
    operations = [o for operations in schema["paths"].values() for o in operations.values() if "requestBody" in o]
    assert len(operations) > 10
    sendable = {name: _sent(shape) for name, shape in schema["components"]["schemas"].items()}
    for operation in operations:
        content = operation["requestBody"]["content"]["application/json"]
        shown = [example["value"] for example in content.get("examples", {}).values()]
        assert shown, operation["operationId"]
        body = {**content["schema"], "components": {"schemas": sendable}}
        for example in shown:
            jsonschema_rs.Draft4Validator(body).validate(example)


def _sent(shape):
    """The shape without what only answers hold."""
    if "properties" not in shape:
        return shape
    members = {name: member for name, member in shape["properties"].items() if not member.get("readOnly")}
    required = [name for name in shape.get("required", ()) if name in members]
    told = {"type": "object", "properties": members, "additionalProperties": False}
    return {**told, "required": required} if required else told


def test_the_schema_and_its_page_are_served():
    assert Client().get("/api/v1/schema/").status_code == 200
    page = Client().get("/api/v1/docs/")
    assert b"swagger" in page.content
    assert b"https://cdn" not in page.content
    assert b"api-docs" in page.content, "readable on a phone and in the dark"
