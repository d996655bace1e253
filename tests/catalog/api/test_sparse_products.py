"""A phone asks for the members it shows, and for what belongs to them, in one request."""

import pytest

from catalog import services
from catalog.reviews import Review
from tests.catalog.factories import NOON


@pytest.fixture
def lamp(goods):
    lamp = goods["Halo lamp"]
    said = {"author": "Mara", "rating": 4, "body": "Soft light.", "created_at": NOON}
    services.add_review(review=Review(product_id=lamp.product_id, review_id="r1", **said))
    return lamp


def test_only_the_members_asked_for_come_and_what_names_the_product(phone, lamp):
    told = phone.get(f"/api/v1/products/{lamp.product_id}/?fields=title,price").json()
    assert list(told) == ["product_id", "title", "price"]


@pytest.mark.parametrize("listing", ["products/?category=lighting", "search/?q=lamp"])
def test_lists_come_as_slim(phone, goods, listing):
    told = phone.get(f"/api/v1/{listing}&fields=title").json()
    assert {tuple(card) for card in told["results"]} == {("product_id", "title")}
    assert len(told["results"]) == 3


def test_the_way_to_a_product_and_its_reviews_come_along(phone, lamp):
    address = f"/api/v1/products/{lamp.product_id}/"
    told = phone.get(f"{address}?expand=breadcrumbs,reviews&market=de").json()
    assert [step["name"] for step in told["breadcrumbs"]] == ["Licht", "Table lamps"]
    assert told["reviews"] == phone.get(f"{address}reviews/").json()["results"]
    assert [review["body"] for review in told["reviews"]] == ["Soft light."]
    both = phone.get(f"{address}?fields=title&expand=reviews").json()
    assert list(both) == ["product_id", "title", "reviews"]
    assert not {"breadcrumbs", "reviews"} & set(phone.get(address).json())


@pytest.mark.parametrize(
    ("query", "code"),
    [("fields=titel", "unknown_field"), ("fields=reviews", "unknown_field"), ("expand=stock", "unknown_expansion")],
)
def test_a_name_that_does_not_exist_is_refused_with_those_that_do(phone, lamp, query, code):
    refused = phone.get(f"/api/v1/products/{lamp.product_id}/?{query}")
    assert (refused.status_code, refused.json()["code"]) == (400, code)
    assert {"title", "breadcrumbs"} & set(refused.json()["known"])
