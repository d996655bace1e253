"""A worker reads a file once before it is imported; the pages of what it would change come from what that kept."""

import json
from datetime import timedelta
from io import BytesIO

import pytest

from catalog.importing import imports, kept_files, looks
from catalog.importing.look_pages import PAGE
from catalog.models import MOST_ATTEMPTS, ImportLook, ProductImport
from media import storage
from shopcloud.lib import clock
from shopcloud.lib.outbox import OutboxEvent
from shopcloud.wiring.tasks import go_on_with_imports, look_at_import, sweep_import_files

MAPPING = {
    "product": {"id": "{id}", "title": "{name}"},
    "category": {"default": "lighting"},
    "price": {"column": "price", "currency": "EUR"},
    "images": {"columns": ["picture"]},
}


@pytest.fixture
def importer(staff):
    return staff("catalog.view_productimport", "catalog.add_productimport", "catalog.view_catalogproduct")


@pytest.fixture
def at_once(monkeypatch):
    """No worker runs in a test: what is handed to one is done where it is handed over."""
    monkeypatch.setattr(look_at_import, "delay", look_at_import)


def lines(many: int, price: str = "1.00") -> bytes:
    rows = [f"k{n},Lamp {n},{price},https://pictures.example/{n}.jpg" for n in range(many)]
    return "\n".join(["id,name,price,picture", *rows]).encode()


def a_draft(content: bytes) -> ProductImport:
    row = imports.upload(file=BytesIO(content), name="lamps.csv", author_id=None, now=clock.now())
    imports.set_mapping(import_id=row.pk, mapping=MAPPING)
    row.refresh_from_db()
    return row


def page_of(row: ProductImport) -> str:
    return f"/admin/catalog/productimport/{row.pk}/"


def kept_of(row: ProductImport, settings) -> list[str]:
    return list(storage.keys(settings.DOWNLOADS_BUCKET, f"looks/{row.pk}/"))


def test_until_a_worker_has_read_the_file_the_page_says_so_and_then_turns_into_the_changes(importer):
    row = a_draft(lines(2))
    first = importer.get(f"{page_of(row)}change/")
    assert (first.context["diff"], "is being read" in first.content.decode()) == (None, True)
    assert "Start the import" not in first.content.decode()
    assert "HX-Refresh" not in importer.get(f"{page_of(row)}progress/").headers
    importer.get(f"{page_of(row)}change/")
    assert OutboxEvent.objects.filter(event_name__contains="ImportLookAsked").count() == 1
    look_at_import(import_id=row.pk)
    assert importer.get(f"{page_of(row)}progress/").headers["HX-Refresh"] == "true"
    seen = importer.get(f"{page_of(row)}change/")
    assert [change.product.title for change in seen.context["diff"].changes] == ["Lamp 0", "Lamp 1"]
    assert seen.context["diff"].changes[1].new_pictures == ("https://pictures.example/1.jpg",)


def test_pages_are_read_from_what_the_worker_kept_and_the_file_is_not_opened_again(importer, monkeypatch):
    row = a_draft(lines(2 * PAGE + 3, price="1.00") + b"\nbad,Lamp,much,\n")
    looks.ask(import_id=row.pk, now=clock.now())
    look_at_import(import_id=row.pk)

    def opened(*_given, **_named):
        raise AssertionError("the file was opened")

    monkeypatch.setattr(kept_files.media, "copy_import", opened)
    diffs = [importer.get(f"{page_of(row)}change/?page={n}").context["diff"] for n in (1, 2, 3, 9)]
    assert [len(diff.changes) for diff in diffs] == [PAGE, PAGE, 3, 3]
    assert [diff.changes[0].product.title for diff in diffs] == ["Lamp 0", f"Lamp {PAGE}", *[f"Lamp {2 * PAGE}"] * 2]
    assert ([r.line for r in diffs[0].refused], diffs[1].refused, diffs[0].rejected) == ([2 * PAGE + 5], (), 1)


def test_other_columns_are_read_anew_and_what_the_worker_of_before_brings_is_dropped(importer, monkeypatch, settings):
    row = a_draft(lines(1))
    looks.ask(import_id=row.pk, now=clock.now())
    # Engines that are kept have files of earlier runs.
    store, before = looks.media.store_look, kept_of(row, settings)

    def columns_change_meanwhile(key, file):
        store(key, file)
        imports.set_mapping(import_id=row.pk, mapping={**MAPPING, "product": {"id": "{id}", "title": "New {name}"}})

    monkeypatch.setattr(looks.media, "store_look", columns_change_meanwhile)
    assert not looks.make(import_id=row.pk, now=clock.now())
    assert kept_of(row, settings) == before
    monkeypatch.undo()
    assert importer.get(f"{page_of(row)}change/").context["diff"] is None
    look_at_import(import_id=row.pk)
    assert importer.get(f"{page_of(row)}change/").context["diff"].changes[0].product.title == "New Lamp 0"


def test_a_lost_worker_is_followed_by_the_next_and_leaves_nothing_behind(importer, at_once, settings):
    row = a_draft(lines(1))
    looks.ask(import_id=row.pk, now=clock.now())
    lost = looks.media.look_key(row.pk, "lost")
    looks.media.store_look(lost, BytesIO(b"half"))
    ImportLook.objects.filter(pk=row.pk).update(
        lease="lost", leased_until=clock.now() + timedelta(minutes=1), attempts=1
    )
    go_on_with_imports()
    assert ImportLook.objects.get(pk=row.pk).made_at is None
    ImportLook.objects.filter(pk=row.pk).update(leased_until=clock.now() - timedelta(seconds=1))
    go_on_with_imports()
    assert kept_of(row, settings) == [ImportLook.objects.get(pk=row.pk).file]
    assert importer.get(f"{page_of(row)}change/").context["diff"].products == 1


def test_a_worker_that_was_overtaken_leaves_the_pages_of_the_faster_one(importer, monkeypatch, settings):
    row = a_draft(lines(1))
    looks.ask(import_id=row.pk, now=clock.now())
    store = looks.media.store_look

    def another_is_faster(key, file):
        monkeypatch.undo()
        looks.ask_again(import_id=row.pk, now=clock.now())
        assert looks.make(import_id=row.pk, now=clock.now())
        store(key, file)

    monkeypatch.setattr(looks.media, "store_look", another_is_faster)
    assert not looks.make(import_id=row.pk, now=clock.now())
    assert kept_of(row, settings) == [ImportLook.objects.get(pk=row.pk).file]
    assert importer.get(f"{page_of(row)}change/").context["diff"].products == 1


def test_a_file_that_kills_its_workers_or_cannot_be_read_says_so_and_is_read_again_when_asked(importer, settings):
    row = a_draft(lines(1))
    looks.ask(import_id=row.pk, now=clock.now())
    ImportLook.objects.update(attempts=MOST_ATTEMPTS)
    assert looks.due(now=clock.now()) == []
    assert "died again and again" in importer.get(f"{page_of(row)}change/").content.decode()
    importer.post(f"{page_of(row)}do/", {"do": "look"})
    storage.delete(settings.DOWNLOADS_BUCKET, row.file)
    look_at_import(import_id=row.pk)
    said = importer.get(f"{page_of(row)}change/").content.decode()
    assert "Upload it again" in said
    assert "is being read" not in said


def test_looks_are_let_go_of_after_a_day_when_too_many_or_when_the_import_began(importer, monkeypatch, settings):
    rows = [a_draft(lines(number)) for number in (1, 2, 3, 4)]
    for row in rows:
        looks.ask(import_id=row.pk, now=clock.now())
        look_at_import(import_id=row.pk)
    old, started, many, kept = rows
    ImportLook.objects.filter(pk=old.pk).update(made_at=clock.now() - looks.KEPT)
    imports.confirm(import_id=started.pk, now=clock.now())
    monkeypatch.setattr(looks, "MOST_KEPT", 1)
    sweep_import_files()
    assert [bool(kept_of(row, settings)) for row in (old, started, many, kept)] == [False, False, False, True]
    assert importer.get(f"{page_of(many)}change/").context["diff"] is None
    look_at_import(import_id=many.pk)
    assert importer.get(f"{page_of(many)}change/").context["diff"].products == 3


def test_pages_that_were_lost_from_the_store_are_made_again(importer, settings):
    row = a_draft(lines(1))
    looks.ask(import_id=row.pk, now=clock.now())
    look_at_import(import_id=row.pk)
    storage.delete(settings.DOWNLOADS_BUCKET, ImportLook.objects.get(pk=row.pk).file)
    assert "is being read" in importer.get(f"{page_of(row)}change/").content.decode()
    look_at_import(import_id=row.pk)
    assert importer.get(f"{page_of(row)}change/").context["diff"].products == 1


def test_a_draft_of_before_whose_columns_were_not_kept_is_looked_at(importer):
    row = imports.upload(
        file=BytesIO(json.dumps({"a": 1, "b": 2}).encode() + b"\n"), name="x.jsonl", author_id=None, now=clock.now()
    )
    ImportLook.objects.all().delete()
    assert importer.get(f"{page_of(row)}change/").url == f"{page_of(row)}mapping/"
    assert importer.get(f"{page_of(row)}mapping/").context["columns"] == ("a", "b")


def test_what_nobody_expected_is_told_at_once_and_tried_again_when_asked(importer, monkeypatch):
    row = a_draft(lines(1))
    looks.ask(import_id=row.pk, now=clock.now())
    monkeypatch.setattr(looks, "write_pages", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        look_at_import(import_id=row.pk)
    monkeypatch.undo()
    assert "ZeroDivisionError" in importer.get(f"{page_of(row)}change/").content.decode()
    importer.post(f"{page_of(row)}do/", {"do": "look"})
    look_at_import(import_id=row.pk)
    assert importer.get(f"{page_of(row)}change/").context["diff"].products == 1
