"""Shelves with something on them, in the stores and in the search index."""

from dataclasses import replace

import pytest

from catalog import services
from catalog.domain import Product, Rating, Status, Variant
from catalog.search.index import search_index
from tests.catalog.factories import NOON, a_category, a_product

TREE = [
    a_category("lighting", "Lighting", names={"de": "Licht"}, position=1),
    a_category("lighting/table-lamps", "Table lamps", names={"de": "Tischleuchten"}, position=2),
    a_category("kitchen", "Kitchen", position=3),
    a_category("garden", "Garden", position=4),
]


@pytest.fixture
def shelves(db) -> None:
    services.save_categories(categories=TREE)


@pytest.fixture
def put_on_sale(shelves):
    """Keeps products as they are given and indexes them: `put_on_sale(a_product(title="Mug"))`."""

    def put(*products: Product) -> list[Product]:
        kept = [services.create_product(product=product, now=NOON) for product in products]
        search_index().rebuild(product for product in kept if product.status is Status.ACTIVE)
        return kept

    return put


@pytest.fixture
def lamp(put_on_sale) -> Product:
    return put_on_sale(a_product())[0]


@pytest.fixture
def searchable(shelves) -> list[Product]:
    """Three lamps and a mug that only the index knows: search pages read nothing else."""
    mug = Variant("MUG-1", {}, {"USD": 1850, "EUR": 1650})
    products = [
        a_product(title="Halo lamp", rating=Rating(4.5, 8)),
        a_product(title="Dusk lamp", slug="dusk-lamp", brand="Kvist"),
        a_product(title="Noon lamp", slug="noon-lamp", variants=(replace(mug, sku="NOON", in_stock=False),)),
        a_product(title="Ebb mug", slug="ebb-mug", brand="Kvist", category="kitchen", variants=(mug,), rank=1),
    ]
    search_index().rebuild(iter(products))
    return products
