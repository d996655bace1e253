"""Staff name products by SKU: found however many others have its words and were changed later."""

from dataclasses import replace
from datetime import timedelta

import pytest

from catalog.admin.finding import MAX_FOUND, product_ids_of, search_products
from catalog.domain import Product, Status
from tests.catalog.admin.conftest import LIST
from tests.catalog.factories import NOON, a_product


@pytest.fixture
def oak(keep) -> Product:
    """The product that has the SKU OAK-LAMP-5, among more than a page of later ones with those words."""
    made = a_product(title="Stool", updated_at=NOON - timedelta(1))
    wanted = replace(made, variants=(replace(made.variants[0], sku="OAK-LAMP-5"),))
    later = (a_product(title="Oak lamp 5", updated_at=NOON + timedelta(minutes=n)) for n in range(27))
    return keep(wanted, *later)[0]


def test_a_product_is_named_by_its_sku_in_any_case(oak):
    assert product_ids_of(["OAK-LAMP-5", "oak-lamp-5"]) == [oak.product_id] * 2


def test_the_product_with_that_very_sku_comes_first(oak, viewer):
    found = search_products("oak-lamp-5")
    assert (found[0].product_id, len(found)) == (oak.product_id, MAX_FOUND)
    page = viewer.get(LIST, {"q": "OAK-LAMP-5"})
    assert next(iter(page.context["products"])) == oak
    for elsewhere in ({"status": Status.DRAFT}, {"category": "kitchen"}):
        assert oak not in viewer.get(LIST, {"q": "OAK-LAMP-5", **elsewhere}).context["products"]
    assert oak in viewer.get(LIST, {"q": "OAK-LAMP-5", "category": "lighting"}).context["products"]
