"""Often bought together, on product pages and into the cart."""

from dataclasses import replace

import pytest
from django.test import Client

from catalog import cache
from catalog.domain import Freshness
from catalog.dynamo.client import writer
from catalog.dynamo.products import DynamoProducts
from catalog.repository import products
from orders.models import BoughtTogether
from shopcloud import pages
from tests.catalog.test_round_trips import trips  # noqa: F401
from tests.conftest import forget_keys
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


def text(response) -> str:
    return " ".join(response.content.decode().split())


def test_the_page_asks_for_what_goes_with_it_and_shows_one_sum(guest, lamp):
    assert f'hx-get="{lamp.path}together/"' in text(guest.get(lamp.path))
    part = text(guest.get(f"{lamp.path}together/"))
    assert "Often bought together" in part
    assert "$70.00" in part
    assert [sku in part for sku in ("The BULB", "The MUG", "The VASE")] == [True, True, False]


def test_what_is_sold_out_gives_its_place_to_the_next(guest, lamp):
    products().set_availability("bulb", "BULB", False)
    products().forget("bulb")
    part = text(guest.get(f"{lamp.path}together/"))
    assert "The BULB" not in part
    assert "The VASE" in part


def test_a_price_that_changed_is_shown_as_soon_as_the_page_itself_shows_it(guest, lamp):
    address = f"{lamp.path}together/"
    assert "$70.00" in text(guest.get(address))
    dearer = replace(lamp, variants=tuple(replace(variant, prices={"USD": 6000}) for variant in lamp.variants))
    DynamoProducts(writer()).put(dearer, expected_version=lamp.version)
    products().renew({lamp.product_id: products().get(lamp.product_id, freshness=Freshness.STRONG)})
    # This process read it just before.
    cache.at_hand.keep(lamp.product_id, lamp)
    pages.forget_product_page(slug=lamp.slug, product_id=lamp.product_id)
    assert "$80.00" in text(guest.get(address))


def test_no_empty_box_stands_where_nothing_goes_together(guest, lamp):
    BoughtTogether.objects.all().delete()
    assert text(guest.get(f"{lamp.path}together/")) == ""


def test_a_product_that_is_sold_out_itself_offers_no_bundle(guest, lamp):
    products().set_availability("lamps", "LAMP-S", False)
    products().forget("lamps")
    assert text(guest.get(f"{lamp.path}together/")) == ""


def test_a_warm_part_costs_one_redis_read_and_a_cold_one_one_query(lamp, trips):  # noqa: F811
    browser, address = Client(), f"{lamp.path}together/"
    browser.get("/search/?q=warm-up")
    forget_keys()
    pages._memory.clear()
    with trips() as cold:
        assert browser.get(address).status_code == 200
    assert len(cold.sql) == 1
    pages._memory.clear()
    with trips() as warm:
        answer = browser.get(address)
    assert (answer.status_code, answer["X-Robots-Tag"]) == (200, "noindex")
    assert (len(warm.redis), warm.dynamo, warm.sql) == (1, [], [])


@pytest.mark.parametrize("headers", [{}, {"HTTP_HX_REQUEST": "true"}])
def test_all_of_it_goes_into_one_cart(guest, lamp, headers):
    items = ["lamps:LAMP-S", "bulb:BULB", "mug:MUG"]
    answer = guest.post("/cart/bundle/", {"item": items}, **headers)
    page = text(guest.get("/cart/"))
    assert "3 items" in page
    assert "$70.00" in page
    assert "3 products are in your cart" in (text(answer) if headers else page)


def test_what_sold_out_meanwhile_is_told_and_the_rest_is_added(guest, lamp):
    products().set_availability("bulb", "BULB", False)
    products().forget("bulb")
    answer = guest.post("/cart/bundle/", {"item": ["lamps:LAMP-S", "bulb:BULB", "x"]}, HTTP_HX_REQUEST="true")
    assert "1 product is in your cart" in text(answer)
    assert "The BULB is sold out." in text(answer)
    assert guest.get("/cart/").content.decode().count('class="line-item') == 1


@pytest.mark.parametrize("headers", [{}, {"HTTP_HX_REQUEST": "true"}])
def test_what_the_cart_has_as_many_of_as_it_holds_is_told_and_the_rest_is_added(guest, lamp, headers):
    guest.post("/cart/lines/", {"product_id": "bulb", "sku": "BULB", "quantity": "99"})
    answer = guest.post("/cart/bundle/", {"item": ["lamps:LAMP-S", "bulb:BULB"]}, **headers)
    page = text(guest.get("/cart/"))
    told = text(answer) if headers else page
    assert "1 product is in your cart" in told
    assert "Your cart has 99 of The BULB already, and takes no more." in told
    assert "100 items" in page


def test_nothing_that_can_be_added_makes_no_cart(guest, lamp):
    answer = guest.post("/cart/bundle/", {"item": ["nothing:X"]}, HTTP_HX_REQUEST="true")
    assert "Not added" in text(answer)
    assert not answer.cookies
    assert guest.get("/p/other-lamps/together/").status_code == 404
