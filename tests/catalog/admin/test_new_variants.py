"""What is new is sold out until its stock is told; what is there keeps its state; what is digital never runs out."""

import pytest

from catalog import tasks
from catalog.domain import Kind
from orders import stock
from shopcloud.lib import clock, outbox
from shopcloud.subscriptions import HANDLERS
from tests.catalog.admin.conftest import LIST, form_of, held
from tests.catalog.admin.test_conflict import conflict_of, other_editor, sent_back
from tests.catalog.admin.test_form import page_of
from tests.catalog.factories import NOON, a_product

__all__ = ["other_editor"]


@pytest.fixture(autouse=True)
def told(monkeypatch):
    """Brings the shop's news to their handlers; the queue of the index is the broker's matter."""
    monkeypatch.setattr(tasks.index_products, "delay", lambda _ids: None)

    def relay() -> None:
        while outbox.relay(subscriptions=HANDLERS, now=clock.now()):
            pass

    return relay


def there(product_id: str) -> dict[str, bool]:
    return {variant.sku: variant.in_stock for variant in held(product_id).variants}


def added(editor, **changes) -> str:
    return editor.post(f"{LIST}add/", form_of(**changes) | {"_continue": "1"})["Location"].split("/")[-3]


def test_a_new_product_is_sold_out_until_staff_count_its_stock(editor, guest, told):
    product_id = added(editor)
    assert (
        "Sold out until somebody counts its stock: DUSK-S."
        in editor.get(f"{LIST}{product_id}/change/").content.decode()
    )
    assert there(product_id) == {"DUSK-S": False}
    assert "schema.org/OutOfStock" in guest.get(held(product_id).path).content.decode()
    editor.post(f"/admin/stock/{product_id}/", {"on_hand-DUSK-S": "3"})
    told()
    assert there(product_id) == {"DUSK-S": True}


def test_a_new_digital_product_is_there_at_once(editor):
    assert there(added(editor, kind="digital")) == {"DUSK-S": True}


def test_a_renamed_sku_is_a_new_one_and_the_others_keep_their_state(editor, lamp, told):
    small = lamp.variants[0].sku
    editor.post(page_of(lamp), form_of(lamp, **{"variants-1-sku": "HALO-NEW"}))
    told()
    assert there(lamp.product_id) == {small: True, "HALO-NEW": False}
    assert held(lamp.product_id).variants[1].image == lamp.variants[1].image
    editor.post(page_of(lamp), form_of(held(lamp.product_id), title="Renamed"))
    assert there(lamp.product_id) == {small: True, "HALO-NEW": False}


def test_a_variant_that_comes_back_finds_the_stock_it_had(editor, lamp, told):
    small, large = (variant.sku for variant in lamp.variants)
    stock.set_on_hand(sku=large, product_id=lamp.product_id, on_hand=2, now=NOON)
    editor.post(page_of(lamp), form_of(lamp, **{"variants-1-DELETE": "on"}))
    told()
    alone = held(lamp.product_id)
    back = {"variants-TOTAL_FORMS": 2, "variants-1-sku": large, "variants-1-options": "size: L", "variants-1-USD": "9"}
    editor.post(page_of(alone), form_of(alone, **back))
    assert there(lamp.product_id) == {small: True, large: False}
    told()
    assert there(lamp.product_id) == {small: True, large: True}


def test_what_stops_being_digital_has_no_stock_and_what_becomes_it_needs_none(editor, keep, told):
    (book,) = keep(a_product(kind=Kind.DIGITAL))
    editor.post(page_of(book), form_of(book, kind="physical"))
    told()
    assert not any(there(book.product_id).values())
    editor.post(page_of(book), form_of(held(book.product_id), kind="digital"))
    assert all(there(book.product_id).values())


def test_a_variant_that_two_editors_join_is_sold_out_too(editor, other_editor, lamp):
    other_editor.post(page_of(lamp), form_of(lamp, brand="Theirs"))
    more = {"variants-TOTAL_FORMS": 3, "variants-2-sku": "HALO-XL", "variants-2-USD": "199"}
    page = editor.post(page_of(lamp), form_of(lamp, **more))
    assert page.status_code == 409
    assert editor.post(conflict_of(lamp), sent_back(page)).status_code == 302
    assert there(lamp.product_id) == {**{v.sku: True for v in lamp.variants}, "HALO-XL": False}
