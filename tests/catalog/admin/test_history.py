"""The history of a product: who changed what and when; any version can be brought back, and that undone, too."""

from dataclasses import replace
from datetime import timedelta

import pytest

from catalog import history, schedules, services
from catalog.domain import Status
from tests.catalog.admin.conftest import LIST, form_of, held
from tests.catalog.admin.test_form import page_of
from tests.catalog.factories import NOON, a_category, a_product
from tests.catalog.moving import finish, start

LATER = NOON + timedelta(hours=1)


def history_of(product, version: int | None = None) -> str:
    return f"{LIST}{product.product_id}/history/" + (f"{version}/" if version else "")


def told(page) -> list[tuple]:
    """Version, author and (field, before, after) of each entry."""
    return [
        (
            entry.version,
            entry.author and entry.author.email,
            entry.changes and [(c.label, c.theirs.text, c.yours.text) for c in entry.changes],
        )
        for entry in page.context["entries"]
    ]


def test_versions_are_told_newest_first_with_author_and_what_changed(editor, lamp):
    editor.post(page_of(lamp), form_of(lamp, title="Renamed", **{"variants-0-USD": "133.70"}))
    editor.post(f"{LIST}status/", {"do": "archive", "product": lamp.product_id})
    editor.post(f"{LIST}status/", {"do": "publish", "product": lamp.product_id})
    page = editor.get(history_of(lamp))
    assert told(page) == [
        (4, "staff5@example.com", [("Status", "Archived", "Active")]),
        (3, "staff5@example.com", [("Status", "Active", "Archived")]),
        (2, "staff5@example.com", [("Title", "Halo lamp", "Renamed"),
                                   (f"Variant {lamp.variants[0].sku}: price in USD", "$129.00", "$133.70")]),
        (1, None, None),
    ]  # fmt: skip
    assert "Bring back this version" in page.content.decode()


def test_what_a_schedule_did_is_told_with_who_planned_it(editor, keep, django_user_model):
    (draft,) = keep(a_product(status=Status.DRAFT))
    planner = django_user_model.objects.get(email="staff5@example.com")
    schedules.plan(product_id=draft.product_id, publish_at=NOON, archive_at=None, author=planner)
    schedules.carry_out(now=LATER)
    page = editor.get(history_of(draft))
    assert told(page)[0] == (2, "staff5@example.com", [("Status", "Draft", "Active")])


def test_what_an_import_wrote_is_told_without_an_author(editor, lamp):
    services.save_products(products=[replace(lamp, brand="From a file")], now=LATER)
    page = editor.get(history_of(lamp))
    assert told(page) == [(2, None, [("Brand", "Nordlys", "From a file")]), (1, None, None)]
    assert "an import, or somebody whose account is gone" in page.content.decode()


def test_a_version_is_brought_back_after_a_look_and_that_is_undone_too(editor, lamp):
    editor.post(page_of(lamp), form_of(lamp, title="Renamed", **{"images-0-DELETE": "on"}))
    renamed = held(lamp.product_id)
    look = editor.get(history_of(lamp, 1))
    assert {c.label: (c.theirs.text, c.yours.text) for c in look.context["changes"]}["Title"] == (
        "Renamed",
        "Halo lamp",
    )
    assert held(lamp.product_id) == renamed
    assert editor.post(history_of(lamp, 1), {"seen": "2"}).status_code == 302
    back = held(lamp.product_id)
    assert replace(back, version=1, updated_at=lamp.updated_at) == lamp
    assert back.version == 3
    assert told(editor.get(history_of(lamp)))[0][:2] == (3, "staff5@example.com")
    editor.post(history_of(lamp, 2), {"seen": "3"})
    again = held(lamp.product_id)
    assert replace(again, version=2, updated_at=renamed.updated_at) == renamed
    assert again.version == 4


@pytest.mark.parametrize("seen", ["2", "1", "", "x", "99999999999"])
def test_bringing_back_over_what_nobody_looked_at_is_refused(editor, lamp, seen):
    editor.post(page_of(lamp), form_of(lamp, title="Renamed"))
    services.save_product(product=replace(held(lamp.product_id), rank=9), expected_version=2, now=LATER)
    page = editor.post(history_of(lamp, 1), {"seen": seen})
    assert page.status_code == 409
    assert "Somebody changed this product since you opened this page" in page.content.decode()
    assert b'name="seen" value="3"' in page.content
    assert (held(lamp.product_id).title, held(lamp.product_id).version) == ("Renamed", 3)


def test_a_version_whose_category_is_gone_is_not_brought_back(editor, keep):
    (lamp,) = keep(a_product(category="lighting/gone"))
    services.save_product(product=replace(lamp, category="kitchen"), expected_version=1, now=LATER)
    page = editor.post(history_of(lamp, 1), {"seen": "2"})
    assert page.status_code == 409
    assert "The category lighting/gone of that version is gone" in page.content.decode()
    assert held(lamp.product_id).category == "kitchen"


def test_a_version_from_before_its_branch_moved_comes_back_to_where_it_is_now(editor, keep):
    services.save_categories(categories=[a_category("halls"), a_category("halls/wide", "Wide")])
    (lamp,) = keep(a_product(category="halls/wide"))
    editor.post(page_of(lamp), form_of(lamp, title="Renamed"))
    finish(start("halls", "rooms"))
    look = editor.get(history_of(lamp, 1))
    assert [c.label for c in look.context["changes"]] == ["Title"]
    assert editor.post(history_of(lamp, 1), {"seen": "3"}).status_code == 302
    assert (held(lamp.product_id).title, held(lamp.product_id).category) == ("Halo lamp", "rooms/wide")
    services.save_categories(categories=[a_category("halls"), a_category("halls/wide", "Wide")])
    editor.post(history_of(lamp, 1), {"seen": "4"})
    assert held(lamp.product_id).category == "halls/wide"


@pytest.mark.parametrize("version", ["2", "99999999999999999999"])
def test_a_version_that_is_not_kept_is_a_404(editor, lamp, version):
    assert editor.get(history_of(lamp, version)).status_code == 404
    assert editor.post(history_of(lamp, version)).status_code == 404


def test_who_may_only_look_sees_the_history_and_brings_nothing_back(editor, viewer, lamp):
    editor.post(page_of(lamp), form_of(lamp, title="Renamed"))
    page = viewer.get(history_of(lamp))
    assert page.status_code == 200
    assert b"Bring back" not in page.content
    assert viewer.get(history_of(lamp, 1)).status_code == 403
    assert viewer.post(history_of(lamp, 1), {"seen": "2"}).status_code == 403
    assert held(lamp.product_id).title == "Renamed"


def test_the_history_reads_the_versions_in_one_query_however_many(editor, lamp, django_assert_max_num_queries):
    for version in range(1, 21):
        services.save_product(product=replace(lamp, rank=version), expected_version=version, now=LATER)
    editor.get(history_of(lamp))
    with django_assert_max_num_queries(8) as few:
        page = editor.get(history_of(lamp))
    assert len(page.context["entries"]) == 21
    assert sum("catalog_productversion" in query["sql"] for query in few.captured_queries) == 1


def test_many_are_kept_in_two_statements(keep, django_assert_num_queries, monkeypatch):
    made = keep(*(a_product() for _n in range(30)))
    with django_assert_num_queries(1):
        history.keep(made)
    for most in ("KEPT", "MOST"):
        monkeypatch.setattr(history, most, 3)
    with django_assert_num_queries(2):
        history.keep([replace(product, version=9) for product in made])
    assert history.ProductVersion.objects.count() == 30
