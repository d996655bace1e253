from datetime import timedelta

import pytest

from catalog.repository import BadCursor
from catalog.search.tantivy_index import TantivyIndex

from .conftest import START, product


def listed(index, **asked) -> list[str]:
    ids, after = [], None
    while True:
        page = index.list_for_staff(after=after, **asked)
        ids += [card.product_id for card in page.cards]
        after = page.next
        if after is None:
            return ids


def test_staff_see_every_status_and_may_ask_for_one(shop):
    assert {"d1", "a1", "b1"} <= set(listed(shop))
    assert listed(shop, status="draft") == ["d1"]
    assert listed(shop, text="lamp", category="lighting", status="archived") == ["a1"]


def test_what_is_read_by_the_thousand_is_not_kept_in_memory(tmp_path):
    index = TantivyIndex(str(tmp_path))
    index.rebuild(product(f"p{n}", "Chair", "chairs") for n in range(3))
    assert listed(index, limit=1_000) == listed(index, limit=50)
    assert len(index._memo._answers) == 1


def test_the_products_of_a_type_can_be_listed(index):
    kinds = ("lamp", "lamp", "mug", "")
    index.rebuild(product(f"p{n}", "Thing", "things", product_type=kind) for n, kind in enumerate(kinds))
    assert sorted(listed(index, product_type="lamp", limit=1)) == ["p0", "p1"]


@pytest.mark.parametrize("text", ["quabbeltische", "brimborettes", "oak thing", "quabbeltisch brimborette"])
def test_a_product_is_found_by_its_title_in_any_language(index, text):
    titles = {"de": {"title": "Quabbeltisch"}, "fr": {"title": "Brimborette en chêne"}}
    index.rebuild([product("p0", "Oak thing", "things", translations=titles), product("p1", "Mug", "mugs")])
    assert listed(index, text=text, literally=True) == ["p0"]


@pytest.mark.parametrize("text", ["lapm", "quabbel lamp"])
def test_what_only_comes_near_is_told_so_on_every_page(shop, text):
    first = shop.list_for_staff(text=text, limit=1)
    assert first.cards and first.near
    assert shop.list_for_staff(text=text, limit=1, after=first.next).near
    assert not shop.list_for_staff(text="lamp").near
    assert not shop.list_for_staff(text="lamp", category="sofas").near


@pytest.mark.parametrize("text", ["lapm", "quabbel lamp"])
def test_a_text_that_is_meant_literally_finds_nothing_else(shop, text):
    page = shop.list_for_staff(text=text, literally=True)
    assert (page.cards, page.near) == ((), False)
    assert listed(shop, text="lamp", literally=True) == listed(shop, text="lamp")


def test_the_last_changed_comes_first(index):
    index.rebuild(product(f"p{n}", "Chair", "chairs", updated_at=START + timedelta(minutes=n)) for n in range(5))
    assert listed(index, limit=2) == ["p4", "p3", "p2", "p1", "p0"]


def test_pages_hold_every_product_once_even_when_all_changed_together(index):
    index.rebuild(product(f"p{n}", "Chair", "chairs") for n in range(50))
    ids = listed(index, limit=7)
    assert len(ids) == 50
    assert len(set(ids)) == 50


@pytest.mark.parametrize("year", [2028, 2087])
def test_pages_can_be_turned_in_years_to_come(index, year):
    index.rebuild(product(f"p{n}", "Chair", "chairs", updated_at=START.replace(year=year, day=n)) for n in (1, 2, 3))
    assert listed(index, limit=1) == ["p3", "p2", "p1"]


@pytest.mark.parametrize("cursor", ["", "x", "-1", "9" * 19, str(2**63), "1" * 20, "1e5"])
def test_a_foreign_cursor_is_refused(shop, cursor):
    with pytest.raises(BadCursor):
        shop.list_for_staff(after=cursor)


def test_products_of_any_status_are_found_by_many_codes_at_once(index):
    index.rebuild(product(f"p{n}", "Chair", "chairs", status=status) for n, status in enumerate(("active", "draft")))
    codes = [product(f"p{n}", "Chair", "chairs").variants[0].sku for n in (0, 1)]
    assert sorted(index.with_codes([*codes, "NOT-THERE"])) == ["p0", "p1"]
    assert index.with_codes(codes[1:]) == ["p1"]
    assert index.with_codes([]) == []
