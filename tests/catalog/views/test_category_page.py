"""A category's page: its place in the tree, its products, a page at a time."""

import re

import pytest

from catalog import services
from catalog.product_types import TYPES
from tests.catalog.factories import NOON, a_category, a_product


def test_a_category_shows_its_products_and_its_children(guest, lamp):
    body = guest.get("/c/lighting/").content.decode()

    assert "Halo lamp" in body
    assert 'href="/c/lighting/table-lamps/"' in body


def test_a_category_costs_no_sql_and_is_the_same_for_everyone(guest, lamp, django_assert_num_queries):
    """Once the types of products are known, which a process reads twice a minute."""
    TYPES.get()
    with django_assert_num_queries(0):
        response = guest.get("/c/lighting/table-lamps/")

    assert "s-maxage=60" in response["Cache-Control"]
    assert not response.cookies
    assert "Cookie" not in response.get("Vary", "")


def test_names_follow_the_market_s_language(guest, lamp):
    body = guest.get("/de/c/lighting/table-lamps/").content.decode()

    assert "Tischleuchten" in body
    assert 'href="/de/c/lighting/"' in body


@pytest.mark.parametrize("path", ["/c/no-such/", "/c/lighting/no-such/", "/c/LIGHTING/", "/c/a/b/c/d/e/"])
def test_an_unknown_category_is_not_found(guest, shelves, path):
    assert guest.get(path).status_code == 404


def test_a_broken_cursor_is_refused_with_a_page(guest, lamp):
    response = guest.get("/c/lighting/?cursor=nonsense")

    assert response.status_code == 400
    assert 'class="site-header"' in response.content.decode()


def test_an_empty_shelf_says_so(guest, shelves):
    assert "Nothing here yet" in guest.get("/c/garden/").content.decode()


def test_a_long_shelf_goes_on_without_scripts(guest, put_on_sale):
    put_on_sale(*(a_product(category="kitchen", rank=number, slug=f"mug-{number}") for number in range(30)))

    first = guest.get("/c/kitchen/").content.decode()
    more = re.search(r'rel="next" href="([^"]+)"', first)
    assert more
    second = guest.get("/c/kitchen/" + more[1]).content.decode()

    seen = [re.findall(r'href="/p/(mug-\d+)-', body) for body in (first, second)]
    assert len(seen[0]) + len(seen[1]) == 30
    assert not set(seen[0]) & set(seen[1])


def test_a_link_to_behind_the_last_product_leads_to_the_first(guest, put_on_sale):
    services.save_categories(categories=[a_category("cellar")])
    products = put_on_sale(*(a_product(category="cellar", rank=rank) for rank in range(25)))
    behind = f"/de/c/cellar/?cursor={guest.get('/de/c/cellar/').context['page'].next}"
    services.archive_product(product_id=products[-1].product_id, expected_version=1, now=NOON)

    answer = guest.get(behind)
    assert (answer.status_code, answer["Location"], answer["Cache-Control"]) == (302, "/de/c/cellar/", "no-store")
    assert guest.get(behind, headers={"HX-Request": "true"})["HX-Redirect"] == "/de/c/cellar/"
    assert guest.get("/c/garden/?cursor=").status_code == 200
