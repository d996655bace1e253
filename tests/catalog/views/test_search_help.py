"""What search pages and shelves offer beside their hits."""

import pytest

from catalog import services
from catalog.search.index import SearchUnavailable, search_index
from shopcloud.lib import ids
from tests.catalog.factories import NOON, a_category, a_product

pytestmark = pytest.mark.django_db


@pytest.fixture
def shelf():
    own = f"lighting/{ids.product_id()}"
    categories = [a_category("lighting"), a_category(own, "Ours"), a_category("lighting/candles", "Candles")]
    services.save_categories(categories=categories)
    lamps = [a_product(title=f"Chandelier {colour}", category=own) for colour in ("red", "blue", "green")]
    for lamp in lamps:
        services.create_product(product=lamp, now=NOON)
    search_index().update(lamps)
    return lamps


def test_who_finds_nothing_is_asked_what_they_meant(client, shelf):
    page = client.get("/search/?q=chandalyer").content.decode()
    assert "Did you mean" in page
    assert '<a class="chip" href="/search/?q=chandelier">chandelier</a>' in page


def test_a_shelf_says_how_many_products_stand_below(client, shelf):
    page = client.get("/c/lighting/").content.decode()
    assert 'Ours <span class="count">3</span>' in page
    assert "Candles</a>" in page


def test_a_product_shows_those_like_it(client, shelf):
    page = client.get(shelf[0].path).content.decode()
    assert all(other.path in page for other in shelf[1:])


def test_a_product_page_shows_its_shelf_while_search_is_away(client, shelf, monkeypatch):
    def away(*_, **__):
        raise SearchUnavailable("away")

    monkeypatch.setattr(type(search_index()), "similar", away)
    monkeypatch.setattr(type(search_index()), "category_counts", away)
    page = client.get(shelf[0].path).content.decode()
    assert all(other.path in page for other in shelf[1:])
    assert client.get("/c/lighting/").status_code == 200


def test_a_synonym_is_understood_while_typing(client, shelf):
    services.create_product(product=(sofa := a_product(title="Frej sofa", slug="frej-sofa")), now=NOON)
    search_index().update([sofa])
    assert "Frej sofa" in client.get("/search/suggest/?q=couch").content.decode()


def test_rest_tells_what_was_meant(client, shelf):
    answer = client.get("/api/v1/search/?q=chandalyer").json()
    assert (answer["total"], answer["alternatives"][0], answer["corrected"]) == (0, "chandelier", "")
