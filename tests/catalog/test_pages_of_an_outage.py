"""What visitors and apps are told while DynamoDB is away: what was last known, said to be so, and kept by nobody."""

import socket
from dataclasses import replace

import pytest
import time_machine
from django.test import Client
from rest_framework.test import APIClient

from catalog import cache, categories, curating, queries, review_pages, services
from catalog.cache import CachedProducts
from catalog.dynamo.products import DynamoProducts
from catalog.models import Collection, FeaturedProduct
from shopcloud import pages
from shopcloud.lib import clock, ids, redis
from tests.catalog.factories import NOON, a_category, a_product
from tests.catalog.test_outages import calls_to

pytestmark = pytest.mark.django_db
BREAK = "having a short break"


@pytest.fixture
def lamp():
    """One that people looked at before."""
    top = ids.product_id()
    services.save_categories(categories=[a_category(top, "Lighting")])
    lamp = services.create_product(product=a_product(category=top, featured=True), now=NOON)
    for path in ("/", lamp.path, f"/c/{top}/", f"{lamp.path}reviews/"):
        assert Client().get(path)["Cache-Control"].startswith("public")
    return lamp


@pytest.fixture
def mug():
    """One that people looked at, and that the home page shows only where staff chose it."""
    mug = services.create_product(product=a_product(title="Dawn mug"), now=NOON)
    Client().get(mug.path)
    return mug


@pytest.fixture
def away(lamp, monkeypatch):
    """From now on, two minutes later."""
    pages._memory.clear()
    cache.at_hand.clear()
    categories.forget()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        dead = calls_to(probe.getsockname()[1])
        shop = CachedProducts(DynamoProducts(dead))
        monkeypatch.setattr(queries, "products", lambda: shop)
        for module in (categories, review_pages):
            monkeypatch.setattr(module, "writer", lambda: dead)
        with time_machine.travel(clock.now().timestamp() + 120, tick=True):
            for key in redis.store().scan_iter(match=redis.key("page", "*")):
                redis.store().delete(key)
            yield
    categories.forget()


@pytest.fixture
def unknown_tree(away):
    redis.store().delete(redis.key("categories", "tree"))
    categories.forget()


def fetch(path: str):
    return Client(raise_request_exception=False).get(path)


def ask(path: str):
    return APIClient(raise_request_exception=False).get(f"/api/v1/{path}")


def test_the_front_door_says_that_it_shows_what_was_known(lamp, away):
    page = fetch("/")
    assert (page.status_code, page["Cache-Control"]) == (200, "no-store")
    assert BREAK in page.content.decode()
    assert lamp.path in page.content.decode()


def test_chosen_products_as_they_were_known_are_said_to_be_so(lamp, away):
    curating.save_featured(featured=FeaturedProduct(product_id=lamp.product_id, position=0))
    page = fetch("/")
    assert (lamp.path in page.content.decode(), page["Cache-Control"]) == (True, "no-store")


def test_one_chosen_product_that_nobody_knows_does_not_take_the_others_with_it(mug, away):
    for position, product_id in enumerate(("neverlooked", mug.product_id)):
        curating.save_featured(featured=FeaturedProduct(product_id=product_id, position=position))
    page = fetch("/")
    assert (mug.path in page.content.decode(), page["Cache-Control"]) == (True, "no-store")


def test_a_collection_shows_what_is_known_of_it_and_is_not_empty_where_nothing_is(mug, away):
    for slug, chosen in {"part": ("neverlooked", mug.product_id), "nothing": ("neverlooked",)}.items():
        made = Collection(slug=slug, title=slug)
        curating.save_collection(collection=made)
        curating.arrange_products(collection=made, product_ids=chosen)
    page = fetch("/collections/part/")
    assert (page.status_code, page["Cache-Control"]) == (200, "no-store")
    assert mug.path in page.content.decode() and BREAK in page.content.decode()
    assert [card["product_id"] for card in ask("collections/part/").json()["results"]] == [mug.product_id]
    away = fetch("/collections/nothing/")
    assert (away.status_code, "Retry-After" in away.headers) == (503, True)


def test_a_front_door_of_which_nobody_knows_the_products_is_kept_by_nobody(away):
    redis.store().delete(redis.key("listing", "featured"))
    page = fetch("/")
    assert (page.status_code, page["Cache-Control"]) == (200, "no-store")
    assert BREAK in page.content.decode()


def test_a_shop_that_nobody_knows_does_not_claim_to_be_empty(unknown_tree):
    page = fetch("/")
    assert (page.status_code, "Retry-After" in page.headers) == (503, True)
    assert "The shelves are being filled" not in page.content.decode()


READS = ("products/?category={lamp.category}", "products/{lamp.product_id}/", "products/{lamp.product_id}/reviews/")


@pytest.mark.parametrize("read", READS)
def test_apps_are_told_that_an_answer_is_of_before(lamp, away, read):
    answer = ask(read.format(lamp=lamp))
    assert (answer.status_code, answer["Cache-Control"]) == (200, "no-store")
    assert answer["Warning"].startswith("110 ")
    assert "ETag" not in answer


def test_apps_are_told_when_only_what_comes_along_is_of_before(lamp, away):
    cache.at_hand.keep(lamp.product_id, replace(lamp, title="As it is"))
    path = f"products/{lamp.product_id}/"
    assert "Warning" not in ask(path)
    assert ask(f"{path}?expand=reviews")["Warning"].startswith("110 ")


def test_a_tree_that_nobody_knows_is_not_told_to_be_empty(unknown_tree):
    for answer in (ask("categories/"), fetch("/sitemaps/pages.xml")):
        assert (answer.status_code, "Retry-After" in answer.headers) == (503, True)
        assert "max-age" not in answer.get("Cache-Control", "")
