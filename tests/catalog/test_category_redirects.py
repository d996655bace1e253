"""Old addresses of categories lead to where the categories stand now."""

import pytest

from catalog import services
from catalog.models import CategoryRedirect
from catalog.product_types import TYPES
from catalog.search.index import search_index
from tests.catalog.factories import a_category
from tests.catalog.moving import finish, held, start


@pytest.mark.django_db
def test_old_addresses_lead_to_the_new_place_and_below(guest, top, fill):
    fill(f"{top}/lamps/oak")
    finish(start(f"{top}/lamps", f"{top}/lights"))
    for old, new in (("lamps", "lights"), ("lamps/oak", "lights/oak"), ("lamps/never", "lights")):
        for market in ("", "/de"):
            moved = guest.get(f"{market}/c/{top}/{old}/?cursor=x&utm_source=mail")
            assert moved.status_code == 301
            assert moved["Location"] == f"{market}/c/{top}/{new}/?utm_source=mail"
            assert not moved.cookies
            assert guest.get(f"{market}/c/{top}/{new}/").status_code == 200
    assert guest.get(f"/c/{top}/spoons/").status_code == 404


@pytest.mark.django_db
def test_chains_collapse_and_a_way_back_needs_no_redirect(guest, top):
    finish(start(f"{top}/lamps", f"{top}/lights"))
    finish(start(f"{top}/lights", f"{top}/glow"))
    assert guest.get(f"/c/{top}/lamps/oak/")["Location"] == f"/c/{top}/glow/oak/"
    assert set(CategoryRedirect.objects.values_list("new", flat=True)) == {f"{top}/glow"}
    finish(start(f"{top}/glow", f"{top}/lamps"))
    assert guest.get(f"/c/{top}/lamps/oak/").status_code == 200
    assert guest.get(f"/c/{top}/lights/oak/")["Location"] == f"/c/{top}/lamps/oak/"
    assert not CategoryRedirect.objects.filter(old=f"{top}/lamps").exists()


@pytest.mark.django_db
def test_a_live_category_at_an_old_path_wins(guest, top):
    finish(start(f"{top}/lamps", f"{top}/lights"))
    services.save_categories(categories=[a_category(f"{top}/lamps", "New lamps")])
    page = guest.get(f"/c/{top}/lamps/")
    assert page.status_code == 200
    assert "New lamps" in page.content.decode()
    assert guest.get(f"/c/{top}/lamps/oak/").status_code == 301


@pytest.mark.django_db
def test_a_category_that_is_there_never_asks_for_redirects(guest, top, django_assert_num_queries):
    finish(start(f"{top}/lamps", f"{top}/lights"))
    TYPES.get()
    with django_assert_num_queries(0):
        assert guest.get(f"/c/{top}/lights/").status_code == 200
    with django_assert_num_queries(0):
        assert guest.get("/c/not/A/path/").status_code == 404


@pytest.mark.django_db
def test_filters_by_an_old_path_follow(guest, top, fill):
    (lamp,) = fill(f"{top}/lamps/oak")
    finish(start(f"{top}/lamps", f"{top}/lights"))
    search_index().rebuild(iter(held([lamp]).values()))
    for address in ("/api/v1/products/", "/api/v1/search/"):
        found = guest.get(f"{address}?category={top}/lamps/oak").json()
        assert [card["product_id"] for card in found["results"]] == [lamp.product_id]
    assert lamp.product_id in guest.get(f"/search/?category={top}/lamps").content.decode()
    assert guest.get(f"/api/v1/products/?category={top}/spoons").status_code == 404
