"""What is often bought together, as apps are told."""

import pytest

from catalog.repository import products
from orders.models import BoughtTogether
from tests.orders.api.conftest import API
from tests.orders.goods import NOW, on_sale

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def lamp():
    for rank, sku in enumerate(("BULB", "MUG", "VASE"), 1):
        on_sale(sku, usd=1000)
        BoughtTogether.objects.create(
            product_id="lamps", other_id=sku.lower(), buyers=9, lift=2, rank=rank, counted_to=NOW.date()
        )
    return on_sale("LAMP-S", usd=5000)


def test_a_product_comes_with_the_two_that_go_with_it_best(phone, lamp):
    answer = phone.get(f"{API}/products/lamps/together/")
    assert (answer.status_code, answer["Cache-Control"]) == (200, "public, max-age=60")
    told = answer.json()
    assert [item["sku"] for item in told["results"]] == ["LAMP-S", "BULB", "MUG"]
    assert told["total"] == {"amount": 7000, "currency": "USD"}
    assert (told["results"][1]["title"], told["results"][1]["price"]["amount"]) == ("The BULB", 1000)
    assert phone.get(f"{API}/products/lamps/together/", HTTP_IF_NONE_MATCH=answer["ETag"]).status_code == 304


def test_all_of_it_goes_into_a_cart_as_it_is_told(phone, lamp):
    cart = phone.new_cart()
    told = phone.get(f"{API}/products/lamps/together/").json()
    for item in told["results"]:
        body = {"product_id": item["product_id"], "quantity": 1}
        assert phone.put(f"{API}/carts/{cart}/lines/{item['sku']}/", body, format="json").status_code == 200
    assert phone.get(f"{API}/carts/{cart}/").json()["subtotal"] == told["total"]


def test_what_is_sold_out_gives_its_place_to_the_next_and_nothing_is_an_empty_list(phone, lamp):
    products().set_availability("bulb", "BULB", False)
    products().forget("bulb")
    told = phone.get(f"{API}/products/lamps/together/").json()
    assert [item["sku"] for item in told["results"]] == ["LAMP-S", "MUG", "VASE"]
    BoughtTogether.objects.all().delete()
    empty = phone.get(f"{API}/products/lamps/together/")
    assert empty.json() == {"results": [], "next": None, "previous": None, "total": None}
    assert phone.get(f"{API}/products/nosuch/together/").json()["code"] == "product_not_found"
