"""What pages and apps lack while search is away is kept by nobody, and nothing unknown is told to be nothing."""

import pytest
from django.test import Client
from rest_framework.test import APIClient

from catalog import queries, services
from catalog.search import indexing, offers
from catalog.search.index import SearchUnavailable, search_index
from shopcloud import pages
from shopcloud.lib import ids, redis
from tests.catalog.factories import NOON, a_category, a_product

pytestmark = pytest.mark.django_db


@pytest.fixture
def lamp():
    top = ids.product_id()
    services.save_categories(categories=[a_category(top, "Lighting")])
    lamp = services.create_product(product=a_product(title="Zimt lamp", category=top, brand="Zimtwerk"), now=NOON)
    indexing.index([lamp.product_id])
    forget_pages()
    return lamp


def forget_pages() -> None:
    pages._memory.clear()
    for key in redis.store().scan_iter(match=redis.key("page", "*")):
        redis.store().delete(key)


def kept_by_all(answer) -> bool:
    assert answer.status_code == 200
    return answer["Cache-Control"].startswith(("public", "max-age"))


@pytest.fixture
def away(lamp, monkeypatch):
    """Takes search away."""

    def fail(*_, **__):
        raise SearchUnavailable("away")

    def go() -> None:
        forget_pages()
        for name in ("search", "suggest", "category_counts"):
            monkeypatch.setattr(type(search_index()), name, fail)

    return go


@pytest.fixture
def not_yet_made(lamp, tmp_path, settings):
    """The shop has an index no more, and this process never saw one."""
    settings.SEARCH_URL = f"tantivy://{tmp_path}/nothing"
    search_index.cache_clear()
    redis.store().delete(redis.key("category-counts", "all"))
    yield
    search_index.cache_clear()


@pytest.mark.parametrize("address", ["/", "/c/{lamp.category}/", "/search/suggest/?q=zimt"])
def test_a_page_that_lacks_what_search_tells_is_kept_by_nobody(lamp, away, address):
    path = address.format(lamp=lamp)
    assert kept_by_all(Client().get(path))
    away()
    page = Client().get(path)
    assert (page.status_code, page["Cache-Control"]) == (200, "no-store")


def test_suggestions_of_an_index_that_is_yet_to_be_made_are_not_said_to_be_none(lamp, not_yet_made):
    typed = Client().get("/search/suggest/?q=zimt")
    assert (typed.status_code, typed["Cache-Control"]) == (200, "no-store")
    assert APIClient(raise_request_exception=False).get("/api/v1/suggest/?q=zimt").status_code == 503


def test_a_text_that_nothing_begins_with_is_told_to_all(lamp):
    assert kept_by_all(Client().get("/search/suggest/?q=qqzzqq"))
    assert APIClient().get("/api/v1/suggest/?q=qqzzqq").json()["results"] == []


def test_counts_of_an_index_that_is_yet_to_be_made_are_not_kept(lamp, not_yet_made):
    assert queries.category_counts() == {}
    assert offers._counts.read(["all"]) == [None]
