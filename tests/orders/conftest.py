import pytest

from shopcloud.lib import aws


@pytest.fixture(autouse=True)
def empty_shelves(settings):
    """No product of an earlier test is on sale."""
    yield
    table = f"{settings.DYNAMODB_TABLE_PREFIX}products"
    client = aws.dynamodb()
    for item in client.scan(TableName=table, ProjectionExpression="product_id").get("Items", []):
        client.delete_item(TableName=table, Key={"product_id": item["product_id"]})
