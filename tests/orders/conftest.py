import pytest
from django.conf import settings

from shopcloud.lib import aws


@pytest.fixture(autouse=True)
def empty_shelves():
    """Nothing is on sale but what the test puts there, whatever an earlier one left; and nothing is left."""
    _clear()
    yield
    _clear()


def _clear() -> None:
    table = f"{settings.DYNAMODB_TABLE_PREFIX}products"
    client = aws.dynamodb()
    for item in client.scan(TableName=table, ProjectionExpression="product_id").get("Items", []):
        client.delete_item(TableName=table, Key={"product_id": item["product_id"]})
