"""Exports as staff have them made in the admin: asked for, followed, fetched by a link that expires."""

import time
from io import BytesIO
from urllib.parse import parse_qs, urlsplit
from urllib.request import urlopen

import pytest
from django.contrib.auth.models import Group

from catalog.events import ExportAsked
from catalog.exporting import background, exports
from catalog.exporting.chosen import Choice
from catalog.importing import imports
from catalog.importing.kept_files import parse_kept
from catalog.importing.rows import UnreadableFile
from catalog.models import ProductExport, ProductImport
from shopcloud.lib import clock
from shopcloud.subscriptions import HANDLERS
from shopcloud.wiring.tasks import export_products, go_on_with_exports, look_at_import, sweep_import_files
from tests.catalog.admin.conftest import LIST
from tests.catalog.factories import a_product

PAGES = "/admin/catalog/productexport/"
WANTED = {"q": "", "status": "", "category": "", "format": "csv"}


@pytest.fixture
def exporter(staff):
    return staff("catalog.view_productexport", "catalog.add_productexport", "catalog.view_catalogproduct")


def newest() -> ProductExport:
    return ProductExport.objects.latest("pk")


def test_an_export_is_asked_for_followed_and_fetched(exporter, lamp):
    answer = exporter.post(f"{PAGES}add/", WANTED)
    row = newest()
    assert answer.url == f"{PAGES}{row.pk}/change/"
    running = exporter.get(answer.url).content.decode()
    assert (f"{PAGES}{row.pk}/progress/" in running, f"{PAGES}{row.pk}/file/" in running) == (True, False)
    export_products(export_id=row.pk)
    done = exporter.get(f"{PAGES}{row.pk}/progress/").content.decode()
    assert ("hx-get" in done, f"{PAGES}{row.pk}/file/" in done, "1 product" in done) == (False, True, True)
    link = exporter.get(f"{PAGES}{row.pk}/file/").url
    with urlopen(link) as file:
        assert lamp.product_id in file.read().decode("utf-8-sig")
        assert row.name in file.headers["Content-Disposition"]


def import_takes(row: ProductExport) -> bool:
    with urlopen(exports.link_to(row)) as file:
        content = BytesIO(file.read())
    try:
        taken = imports.upload(file=content, name=row.name, author_id=None, now=clock.now())
        return len(parse_kept(taken.file, taken.name, {}, now=clock.now()).products) == row.products
    except UnreadableFile:
        return False


@pytest.mark.parametrize(
    ("kind", "limit"), [("csv", "rows.MAX_ROWS"), ("csv", "rows.MAX_BYTES"), ("xlsx", "xlsx.MAX_UNPACKED")]
)
def test_a_file_that_no_import_takes_as_it_is_says_so(exporter, lamp, monkeypatch, kind, limit):
    exporter.post(f"{PAGES}add/", WANTED | {"format": kind})
    export_products(export_id=newest().pk)
    pages = [f"{PAGES}{newest().pk}/{part}/" for part in ("change", "progress")]

    def warnings() -> set[bool]:
        return {"larger than one that can be imported" in exporter.get(page).content.decode() for page in pages}

    assert (warnings(), import_takes(newest())) == ({False}, True)
    monkeypatch.setattr(f"catalog.importing.{limit}", 1)
    monkeypatch.setattr(exports, limit.partition(".")[2], 1, raising=False)
    assert (warnings(), import_takes(newest())) == ({True}, False)


def test_the_link_to_the_file_expires_and_only_its_signature_opens_it(exporter, lamp, monkeypatch):
    exporter.post(f"{PAGES}add/", WANTED)
    export_products(export_id=newest().pk)
    monkeypatch.setattr(exports, "LINK_SECONDS", 1)
    link = exporter.get(f"{PAGES}{newest().pk}/file/").url
    assert parse_qs(urlsplit(link).query)["X-Amz-Expires"] == ["1"]
    time.sleep(2.1)
    for dead in (link, link.partition("?")[0]):
        with pytest.raises(OSError, match="HTTP Error 4"):
            urlopen(dead)


def test_the_list_of_products_hands_its_filters_to_the_export(exporter, keep):
    keep(a_product(status="draft", category="kitchen"), a_product())
    shown = exporter.get(f"{LIST}?status=draft&category=kitchen&q=lamp").content.decode()
    assert f"{PAGES}add/?q=lamp&amp;status=draft&amp;category=kitchen" in shown
    form = exporter.get(f"{PAGES}add/?q=lamp&status=draft&category=kitchen").context["form"]
    assert [form[name].value() for name in ("q", "status", "category")] == ["lamp", "draft", "kitchen"]
    exporter.post(f"{PAGES}add/", WANTED | {"q": "lamp", "status": "draft", "category": "kitchen"})
    assert background.run(export_id=newest().pk, now=clock.now())
    assert (newest().products, newest().what) == (1, "draft in kitchen “lamp”")


@pytest.mark.parametrize(
    ("field", "value"), [("format", "exe"), ("status", "lost"), ("category", "no/such"), ("q", "x" * 201)]
)
def test_what_cannot_be_exported_is_said_beside_its_field(field, value, exporter):
    answer = exporter.post(f"{PAGES}add/", WANTED | {field: value})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    assert not ProductExport.objects.exists()


def test_a_file_that_is_no_longer_kept_is_said_so(exporter, lamp):
    exporter.post(f"{PAGES}add/", WANTED)
    export_products(export_id=newest().pk)
    ProductExport.objects.update(created_at=clock.now() - exports.FILES_KEPT * 2)
    sweep_import_files()
    assert "no longer kept" in exporter.get(f"{PAGES}{newest().pk}/change/").content.decode()
    assert exporter.get(f"{PAGES}{newest().pk}/file/").url == f"{PAGES}{newest().pk}/change/"


def test_a_file_that_was_exported_needs_no_mapping_to_be_imported(staff, lamp):
    both = staff(*(f"catalog.{verb}_product{noun}" for verb in ("view", "add") for noun in ("export", "import")))
    both.post(f"{PAGES}add/", WANTED | {"format": "xlsx"})
    export_products(export_id=newest().pk)
    with urlopen(exports.link_to(newest())) as file:
        row = imports.upload(file=BytesIO(file.read()), name="lamps.xlsx", author_id=None, now=clock.now())
    page = f"/admin/catalog/productimport/{row.pk}/change/"
    both.get(page)
    look_at_import(import_id=row.pk)
    diff = both.get(page).context["diff"]
    assert [(change.is_new, change.fields) for change in diff.changes] == [(False, ())]
    assert (diff.rejected, parse_kept(row.file, row.name, {}, now=clock.now()).told) == (0, None)
    assert ProductImport.objects.count() == 1


def test_those_who_only_look_cannot_ask_for_an_export(staff, lamp):
    looker = staff("catalog.view_productexport")
    row = exports.ask(kind="csv", choice=Choice(), author_id=None, now=clock.now())
    assert looker.get(f"{PAGES}{row.pk}/change/").status_code == 200
    assert looker.get(f"{PAGES}add/").status_code == looker.post(f"{PAGES}add/", WANTED).status_code == 403
    stranger = staff()
    for page in ("", f"{row.pk}/change/", f"{row.pk}/progress/", f"{row.pk}/file/"):
        assert stranger.get(PAGES + page).status_code == 403


def test_catalog_staff_may_export():
    granted = Group.objects.get(name="catalog").permissions.values_list("codename", flat=True)
    assert {"view_productexport", "add_productexport"} <= set(granted)


def test_exports_are_nudged_and_found_again_by_the_schedule(lamp, monkeypatch):
    sent: list[int] = []
    monkeypatch.setattr(export_products, "delay", lambda *, export_id: sent.append(export_id))
    row = exports.ask(kind="csv", choice=Choice(), author_id=None, now=clock.now())
    for handler in HANDLERS[ExportAsked]:
        handler(ExportAsked(export_id=row.pk))
    go_on_with_exports()
    assert sent == [row.pk, row.pk]


def test_there_is_no_such_export(exporter):
    for page in ("change", "progress", "file"):
        assert exporter.get(f"{PAGES}99999/{page}/").status_code == 404
        assert exporter.get(f"{PAGES}x/{page}/").status_code == 404
