"""Deleting categories: only what is empty goes, and nobody's product is left without a place."""

import pytest
from django.test import Client

from catalog import categories, category_edits, queries, services
from catalog.domain import Status
from catalog.models import CategoryMove
from catalog.search import waiting
from catalog.search.tantivy_index import TantivyIndex
from shopcloud.lib import clock
from shopcloud.lib.outbox import OutboxEvent
from tests.catalog.admin.test_categories import TREE
from tests.catalog.factories import a_product
from tests.catalog.moving import finish, held, start


@pytest.fixture
def keeper(staff) -> Client:
    return staff(*(f"catalog.{verb}_catalogcategory" for verb in ("view", "change", "delete")))


def test_an_empty_category_is_deleted(keeper, guest, top):
    assert "It is empty" in keeper.get(f"{TREE}{top}/mugs/delete/").content.decode()
    assert keeper.post(f"{TREE}{top}/mugs/delete/").status_code == 302
    assert [c.path for c in queries.children(top)] == [f"{top}/lamps"]
    assert guest.get(f"/c/{top}/mugs/").status_code == 404
    assert keeper.get(f"{TREE}{top}/mugs/delete/").status_code == 404


def test_a_category_of_drafts_is_not_deleted_while_nobody_knows_of_them(keeper, top, tmp_path, monkeypatch):
    monkeypatch.setattr(category_edits, "search_index", lambda: TantivyIndex(str(tmp_path / "nowhere")))
    assert keeper.post(f"{TREE}{top}/mugs/delete/").status_code == 503
    assert f"{top}/mugs" in categories.fresh().by_path


def test_a_draft_that_the_index_has_not_heard_of_keeps_its_category(keeper, top):
    draft = a_product(category=f"{top}/mugs", status=Status.DRAFT)
    services.create_product(product=draft, now=clock.now())
    said = "There are products in this category"
    assert said in keeper.post(f"{TREE}{top}/mugs/delete/").content.decode()
    OutboxEvent.objects.update(relayed_at=clock.now())
    waiting.add(draft.product_id)
    assert said in keeper.post(f"{TREE}{top}/mugs/delete/").content.decode()


def test_more_products_than_are_looked_at_one_by_one_keep_categories_for_a_moment(keeper, top, monkeypatch):
    monkeypatch.setattr(category_edits, "MAX_SAVED", 1)
    for product_id in ("some1", "some2"):
        waiting.add(product_id)
    assert "Try again later" in keeper.post(f"{TREE}{top}/mugs/delete/").content.decode()


def test_a_category_that_a_branch_is_moving_to_is_not_deleted(keeper, top):
    move = start(f"{top}/lamps/oak", f"{top}/mugs/oak")
    page = keeper.post(f"{TREE}{top}/mugs/delete/")
    assert page.status_code == 422
    assert f"{top}/lamps/oak is being moved to below this category" in page.content.decode()
    finish(move)
    assert queries.category(f"{top}/mugs/oak").parent == f"{top}/mugs"


def test_a_category_with_others_below_it_is_not_deleted(keeper, top):
    page = keeper.post(f"{TREE}{top}/lamps/delete/")
    assert page.status_code == 422
    assert "There are categories below this one" in page.content.decode()
    assert queries.category(f"{top}/lamps")


@pytest.mark.parametrize("status", [Status.ACTIVE, Status.DRAFT, Status.ARCHIVED])
def test_a_category_with_products_says_why_not_and_moves_them_elsewhere(keeper, guest, top, fill, status):
    mugs = fill(f"{top}/mugs", 2, status=status)
    page = keeper.post(f"{TREE}{top}/mugs/delete/")
    assert page.status_code == 422
    assert "There are products in this category" in page.content.decode()
    assert "Move its products to" in page.content.decode()
    nowhere = keeper.post(f"{TREE}{top}/mugs/delete/", {"into": ""})
    assert (nowhere.status_code, CategoryMove.objects.count()) == (422, 0)
    assert keeper.post(f"{TREE}{top}/mugs/delete/", {"into": f"{top}/lamps/oak"}).status_code == 302
    finish(CategoryMove.objects.get())
    assert {p.category for p in held(mugs).values()} == {f"{top}/lamps/oak"}
    assert guest.get(f"/c/{top}/mugs/")["Location"] == f"/c/{top}/lamps/oak/"
