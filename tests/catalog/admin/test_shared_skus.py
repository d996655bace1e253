"""A SKU is one product's: another one is refused it, and its stock goes to nobody unasked."""

import pytest

from catalog.domain import Kind, Variant
from catalog.search.index import SearchUnavailable, search_index
from catalog.search.tantivy_index import TantivyIndex
from orders import stock
from orders.models import StockItem
from tests.catalog.admin.conftest import LIST, form_of, held
from tests.catalog.admin.test_conflict import conflict_of, other_editor, sent_back
from tests.catalog.admin.test_form import page_of
from tests.catalog.admin.test_new_variants import there, told
from tests.catalog.factories import NOON, a_product

__all__ = ["other_editor", "told"]


def goods(sku: str, **changes):
    return a_product(variants=(Variant(sku, {}, {"USD": 900}),), **changes)


def refusal(page) -> list[str]:
    assert page.status_code == 422
    return page.context["editor"].variants.errors[0]["sku"]


def test_a_sku_that_another_product_has_in_stock_is_refused_with_its_name(editor, keep, lamp):
    (mug,) = keep(goods("MUG-1", title="Dawn mug"))
    stock.set_on_hand(sku="MUG-1", product_id=mug.product_id, on_hand=3, now=NOON)
    search_index().rebuild(iter([]))
    (said,) = refusal(editor.post(page_of(lamp), form_of(lamp, **{"variants-0-sku": "MUG-1"})))
    assert said.startswith(f"“Dawn mug” ({mug.product_id}) has this SKU.")
    assert held(lamp.product_id) == lamp


def test_a_sku_of_digital_goods_is_refused_too_and_one_that_is_only_alike_is_not(editor, keep):
    keep(goods("BOOK/1", title="Night book", kind=Kind.DIGITAL), *(goods(f"BOOK-1-{n}") for n in range(7)))
    taken = editor.post(f"{LIST}add/", form_of(**{"variants-0-sku": "BOOK/1"}))
    assert refusal(taken)[0].startswith("“Night book”")
    for free in ("book/1", "BOOK-1"):
        assert editor.post(f"{LIST}add/", form_of(**{"variants-0-sku": free})).status_code == 302


def test_without_the_search_a_new_sku_waits_and_other_edits_do_not(editor, lamp, monkeypatch):
    def away(*_):
        raise SearchUnavailable

    monkeypatch.setattr(TantivyIndex, "with_codes", away)
    page = editor.post(page_of(lamp), form_of(lamp, **{"variants-0-sku": "HALO-NEW"}))
    assert page.status_code == 422
    assert "cannot be told now" in page.content.decode()
    assert editor.post(page_of(lamp), form_of(lamp, title="Renamed")).status_code == 302


def test_a_count_on_another_product_moves_no_stock(editor, keep, lamp):
    # Both were given the SKU before that was refused.
    (other,) = keep(goods(lamp.variants[0].sku))
    sku = other.variants[0].sku
    stock.set_on_hand(sku=sku, product_id=lamp.product_id, on_hand=3, now=NOON)
    page = editor.post(f"/admin/stock/{other.product_id}/", {f"on_hand-{sku}": "9"})
    assert f"{sku} is stock of the product {lamp.product_id}." in page.content.decode()
    assert StockItem.objects.get(pk=sku).product_id == lamp.product_id
    assert stock.levels([sku])[sku].on_hand == 3


def test_neither_an_earlier_version_nor_a_join_brings_back_a_sku_that_is_another_products_now(
    editor, other_editor, keep, lamp
):
    small, large = (variant.sku for variant in lamp.variants)
    editor.post(page_of(lamp), form_of(lamp, **{"variants-1-DELETE": "on"}))
    now = held(lamp.product_id)
    more = {"variants-TOTAL_FORMS": 2, "variants-1-sku": large, "variants-1-USD": "9"}
    other_editor.post(page_of(lamp), form_of(now, brand="Theirs"))
    page = editor.post(page_of(lamp), form_of(now, **more))
    assert page.status_code == 409
    keep(goods(large, title="Dawn mug"))
    for refused in (
        editor.post(conflict_of(lamp), sent_back(page)),
        editor.post(f"{LIST}{lamp.product_id}/history/1/", {"seen": held(lamp.product_id).version}),
    ):
        assert refused.status_code == 409
        assert f"{large}: “Dawn mug”" in refused.content.decode()
    assert [variant.sku for variant in held(lamp.product_id).variants] == [small]


@pytest.mark.parametrize("is_new", [False, True])
def test_a_sku_that_one_product_gave_up_brings_its_stock_to_the_next(editor, keep, lamp, told, is_new):
    (mug,) = keep(goods("MUG-1"))
    sku = lamp.variants[1].sku
    stock.set_on_hand(sku=sku, product_id=lamp.product_id, on_hand=3, now=NOON)
    editor.post(page_of(lamp), form_of(lamp, **{"variants-1-DELETE": "on"}))
    told()
    if is_new:
        given = form_of(**{"variants-0-sku": sku, "_continue": "1"})
        taker = editor.post(f"{LIST}add/", given)["Location"].split("/")[-3]
    else:
        given = {"variants-TOTAL_FORMS": 2, "variants-1-sku": sku, "variants-1-USD": "9"}
        assert editor.post(page_of(mug), form_of(mug, **given)).status_code == 302
        taker = mug.product_id
    told()
    assert there(taker)[sku]
    assert StockItem.objects.get(pk=sku).product_id == taker


@pytest.mark.parametrize("on_hand", [3, 0])
def test_an_earlier_version_brings_home_the_stock_of_a_sku_that_another_product_had_meanwhile(
    editor, keep, lamp, told, on_hand
):
    (mug,) = keep(goods("MUG-1"))
    sku = lamp.variants[1].sku
    stock.set_on_hand(sku=sku, product_id=lamp.product_id, on_hand=3, now=NOON)
    editor.post(page_of(lamp), form_of(lamp, **{"variants-1-DELETE": "on"}))
    editor.post(page_of(mug), form_of(mug, **{"variants-TOTAL_FORMS": 2, "variants-1-sku": sku, "variants-1-USD": "9"}))
    told()
    stock.set_on_hand(sku=sku, product_id=mug.product_id, on_hand=on_hand, now=NOON)
    editor.post(page_of(mug), form_of(held(mug.product_id), **{"variants-1-DELETE": "on"}))
    told()
    back = editor.post(f"{LIST}{lamp.product_id}/history/1/", {"seen": held(lamp.product_id).version})
    assert back.status_code == 302
    told()
    assert StockItem.objects.get(pk=sku).product_id == lamp.product_id
    assert there(lamp.product_id)[sku] == (on_hand > 0)
