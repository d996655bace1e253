"""A branch of the tree, and products in it."""

import pytest

from catalog import services
from catalog.domain import Product
from catalog.search.index import search_index
from shopcloud.lib import ids
from tests.catalog.factories import a_category, a_product


@pytest.fixture
def top():
    """A department that no other test uses, with two sections, one of them with a shelf below it."""
    top = ids.product_id()
    services.save_categories(
        categories=[
            a_category(top, "Lighting", names={"de": "Licht"}),
            a_category(f"{top}/lamps", "Lamps", position=2, translations={"de": {"description": "Warm."}}),
            a_category(f"{top}/lamps/oak", "Oak"),
            a_category(f"{top}/mugs", "Mugs", position=3),
        ]
    )
    return top


@pytest.fixture
def fill():
    """Keeps products in a category and indexes them, drafts as well."""
    kept: list[Product] = []

    def fill(category: str, number: int = 1, **changes) -> list[Product]:
        made = [a_product(category=category, **changes) for _number in range(number)]
        services.load_products(products=made)
        kept.extend(made)
        search_index().rebuild(iter(kept))
        return made

    return fill
