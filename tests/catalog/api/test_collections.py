"""Collections over REST: what is shown now, in the market's words and prices, a page at a time."""

from datetime import timedelta

import pytest
from rest_framework.test import APIClient

from catalog import curating, services
from catalog.models import Collection
from catalog.search.index import search_index
from shopcloud.lib import clock
from tests.catalog.factories import NOON, a_product

pytestmark = pytest.mark.django_db
LIST = "/api/v1/collections/"


@pytest.fixture
def phone():
    return APIClient()


def make(slug="spring", products=(), **changes) -> Collection:
    made = Collection(**{"slug": slug, "title": slug.title(), **changes})
    curating.save_collection(collection=made)
    curating.arrange_products(collection=made, product_ids=[product.product_id for product in products])
    return made


def lamps(number):
    return [services.create_product(product=a_product(title=f"Lamp {place}"), now=NOON) for place in range(number)]


def test_the_list_tells_what_is_shown_in_its_order_and_language(phone):
    make("late", position=2, title_de="Spät", intro="Late light.")
    make("early", position=1)
    make("planned", active_from=clock.now() + timedelta(days=1))
    found = phone.get(LIST, {"market": "de"}).json()
    assert (found["next"], found["previous"]) == (None, None)
    assert [(row["slug"], row["title"]) for row in found["results"]] == [("early", "Early"), ("late", "Spät")]
    assert found["results"][1] == {
        "slug": "late", "title": "Spät", "intro": "Late light.", "image": None, "active_until": None,
        "seo_title": "Spät", "seo_description": "Late light.",
    }  # fmt: skip


def test_a_long_list_is_read_a_page_at_a_time_and_back(phone):
    for number in range(25):
        make(f"c-{number:02}", position=number)
    first = phone.get(LIST).json()
    assert len(first["results"]) == 24
    second = phone.get(first["next"]).json()
    assert [row["slug"] for row in second["results"]] == ["c-24"]
    assert second["next"] is None
    assert phone.get(second["previous"]).json()["results"] == first["results"]


def test_a_collection_tells_its_products_in_order_and_in_the_market_s_prices(phone):
    products = lamps(26)
    make(products=list(reversed(products)), title_fr="Printemps")
    first = phone.get(f"{LIST}spring/", {"market": "fr"}).json()
    assert first["collection"]["title"] == "Printemps"
    assert [card["product_id"] for card in first["results"]] == [p.product_id for p in reversed(products)][:24]
    assert first["results"][0]["price"]["currency"] == "EUR"
    second = phone.get(first["next"]).json()
    assert [card["product_id"] for card in second["results"]] == [products[1].product_id, products[0].product_id]
    assert second["results"][0]["price"]["currency"] == "EUR"


def test_a_rule_finds_its_products_here_too(phone):
    search_index().rebuild(iter([a_product(title="Here"), a_product(title="There", brand="Kvist")]))
    make("kvist", kind="rule", brand="Kvist")
    assert [card["title"] for card in phone.get(f"{LIST}kvist/").json()["results"]] == ["There"]


def test_a_former_address_sends_on_with_what_was_asked(phone):
    made = make(title_de="Frühling")
    made.slug = "easter"
    curating.save_collection(collection=made)
    answer = phone.get(f"{LIST}spring/", {"market": "de"})
    assert (answer.status_code, answer["Location"]) == (301, "/api/v1/collections/easter/?market=de")


def test_what_is_not_there_and_what_cannot_be_read_say_so(phone):
    make()
    missing = phone.get(f"{LIST}autumn/")
    assert (missing.status_code, missing.json()["code"]) == (404, "collection_not_found")
    for path in (LIST, f"{LIST}spring/"):
        broken = phone.get(path, {"cursor": "x"})
        assert (broken.status_code, broken.json()["code"]) == (400, "bad_cursor")
