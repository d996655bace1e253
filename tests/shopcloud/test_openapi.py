"""The API describes itself: valid OpenAPI, its errors and its tokens included."""

import keyword

import jsonschema_rs
import pytest
from django.core.management import call_command
from django.test import Client

pytestmark = pytest.mark.django_db


@pytest.fixture
def schema(tmp_path) -> dict:
    import yaml

    file = tmp_path / "schema.yaml"
    call_command("spectacular", "--validate", "--fail-on-warn", "--file", str(file))
    return yaml.safe_load(file.read_text())


def test_every_operation_names_its_problems(schema):
    operations = [o for operations in schema["paths"].values() for o in operations.values()]
    assert len(operations) > 15
    assert all("429" in operation["responses"] for operation in operations)
    place = schema["paths"]["/api/v1/orders/"]["post"]
    assert {"201", "400", "404", "409", "413", "422", "429"} <= set(place["responses"])
    assert schema["paths"]["/api/v1/me/"]["get"]["responses"]["401"] == {"$ref": "#/components/responses/Problem401"}
    assert set(schema["components"]["schemas"]["Problem"]["required"]) == {"type", "title", "status", "code", "detail"}


def test_shapes_have_names_that_make_good_types(schema):
    names = set(schema["components"]["schemas"])
    assert not [name for name in names if name.endswith(("Enum", "RequestRequest"))]
    assert {"Market", "OrderStatus", "AddressRequest", "OrderRequest", "Document"} <= names
    operations = [o for operations in schema["paths"].values() for o in operations.values()]
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
