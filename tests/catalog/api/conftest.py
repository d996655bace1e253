"""A small shop that phones ask: three lamps, a mug and a draft, in the stores and in the search index."""

import pytest
from rest_framework.test import APIClient

from catalog import services
from catalog.domain import Product, Status, Variant
from catalog.search.index import search_index
from shopcloud.lib import aws
from tests.catalog.factories import NOON, a_category, a_product


@pytest.fixture
def phone() -> APIClient:
    """A mobile client nobody has signed in with; errors come back as answers."""
    return APIClient(raise_request_exception=False)


@pytest.fixture
def goods(db) -> dict[str, Product]:
    """By title."""
    services.save_categories(
        categories=[
            a_category("lighting", "Lighting", names={"de": "Licht"}, position=1),
            a_category("lighting/table-lamps", "Table lamps", position=2),
            a_category("kitchen", "Kitchen", position=3),
        ]
    )
    mug = {"category": "kitchen", "slug": "ebb-mug", "brand": "Kvist"}
    products = [
        a_product(title="Halo lamp"),
        a_product(title="Dusk lamp", slug="dusk-lamp", brand="Kvist"),
        a_product(title="Noon lamp", slug="noon-lamp"),
        a_product(title="Ebb mug", **mug, variants=(Variant("MUG-EBB", {}, {"USD": 1850}),), model=None),
        a_product(title="Coming lamp", slug="coming-lamp", status=Status.DRAFT),
        a_product(title="Bygone lamp", slug="bygone-lamp", status=Status.ARCHIVED),
    ]
    kept = [services.create_product(product=product, now=NOON) for product in products]
    search_index().rebuild(iter(kept))
    return {product.title: product for product in kept}


@pytest.fixture(autouse=True)
def empty_shelves(settings):
    """No product of an earlier test is on sale."""
    table = f"{settings.DYNAMODB_TABLE_PREFIX}products"
    client = aws.dynamodb()
    for item in client.scan(TableName=table, ProjectionExpression="product_id").get("Items", []):
        client.delete_item(TableName=table, Key={"product_id": item["product_id"]})
