"""Imports by workers: they go on where a killed worker stopped, and end with exactly what the file says."""

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.db import connection

from catalog import queries, services
from catalog.domain import Freshness, Image, Kind, Model3D, Status, Variant
from catalog.exporting import files
from catalog.importing import background, imports, kept_files
from catalog.importing.foreign import FOREIGN
from catalog.importing.importer import save_parsed
from catalog.importing.kept_files import parse_kept
from catalog.models import ProductImport
from catalog.records import editorial_record
from catalog.repository import CatalogUnavailable
from media import storage
from orders.models import StockItem
from orders.queries import sku_owners
from shopcloud.lib import clock
from shopcloud.lib.outbox import OutboxEvent
from shopcloud.wiring.product_imports import go_on
from tests.catalog.factories import a_product

# IMPORT_ROWS=100000 is the long proof.
ROWS = int(os.environ.get("IMPORT_ROWS", "3000"))
MAPPING = {
    "product": {"id": "{id}", "id_prefix": "imp", "title": "{name}", "sku": "IMP-{id}"},
    "category": {"default": "lighting"},
    "price": {"column": "price", "currency": "EUR"},
    "stock": {"column": "units"},
}
REPOSITORY = Path(__file__).resolve().parents[3]


def table(rows: int, *, price: str = "10.00", series: str = "a") -> bytes:
    lines = [f"{series}{n},Lamp {n},{price},{n % 7}" for n in range(1, rows + 1)]
    return "\n".join(["id,name,price,units", *lines]).encode()


def confirmed(content: bytes) -> ProductImport:
    row = imports.upload(file=BytesIO(content), name="lamps.csv", author_id=None, now=clock.now())
    imports.set_mapping(import_id=row.pk, mapping=MAPPING)
    assert imports.confirm(import_id=row.pk, now=clock.now())
    return row


def assert_holds(row: ProductImport) -> None:
    wanted = parse_kept(row.file, row.name, MAPPING, now=clock.now()).products
    stored = queries.products_by_id(wanted, freshness=Freshness.STRONG)
    assert {p: editorial_record(v) for p, v in stored.items()} == {p: editorial_record(v) for p, v in wanted.items()}


def worker(row: ProductImport) -> subprocess.Popen:
    database = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}").geturl()
    program = f"import django; django.setup(); from shopcloud.wiring.product_imports import go_on; go_on({row.pk})"
    environment = os.environ | {"DATABASE_URL": database, "DJANGO_SETTINGS_MODULE": "shopcloud.settings"}
    return subprocess.Popen([sys.executable, "-c", program], cwd=REPOSITORY, env=environment)


def kill_after(row: ProductImport, process: subprocess.Popen, done: int) -> None:
    for _look in range(6000):
        row.refresh_from_db()
        if row.products_done >= done or process.poll() is not None:
            break
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.wait(10)


@pytest.mark.timeout(3600)
@pytest.mark.django_db(transaction=True)
def test_an_import_killed_three_times_ends_with_exactly_the_file():
    row = confirmed(table(ROWS, series="killed"))
    for killing in (1, 2, 3):
        kill_after(row, worker(row), ROWS * killing // 5)
        row.refresh_from_db()
        assert row.state == ProductImport.State.CONFIRMED
        assert row.pk not in background.due(now=clock.now())
        assert row.pk in background.due(now=clock.now() + background.LEASE)
        ProductImport.objects.filter(pk=row.pk).update(leased_until=clock.now() - timedelta(seconds=1))
    while not row.finished_at:
        go_on(row.pk)
        row.refresh_from_db()
    assert (row.rows, row.products_done, row.failed) == (ROWS, ROWS, 0)
    assert (row.created, row.updated, row.unchanged) == (ROWS, 0, 0)
    assert_holds(row)
    assert StockItem.objects.filter(sku__startswith="IMP-killed").count() == ROWS


@pytest.mark.django_db
def test_a_confirmed_import_is_told_to_the_workers_once_and_a_finished_one_is_not_run_again():
    row = confirmed(table(3))
    assert not imports.confirm(import_id=row.pk, now=clock.now())
    assert OutboxEvent.objects.filter(event_name__contains="ImportConfirmed").count() == 1
    assert go_on(row.pk)
    assert not go_on(row.pk)
    assert background.due(now=clock.now() + timedelta(days=1)) == []


@pytest.mark.django_db
def test_the_same_file_again_changes_nothing_and_a_new_price_updates():
    go_on(confirmed(table(4)).pk)
    again = confirmed(table(4))
    go_on(again.pk)
    again.refresh_from_db()
    assert (again.created, again.updated, again.unchanged) == (0, 0, 4)
    dearer = confirmed(table(4, price="12.00"))
    go_on(dearer.pk)
    dearer.refresh_from_db()
    assert (dearer.created, dearer.updated, dearer.unchanged) == (0, 4, 0)
    assert_holds(dearer)


@pytest.mark.django_db
def test_two_workers_never_have_the_same_import():
    row = confirmed(table(3))
    ProductImport.objects.filter(pk=row.pk).update(lease="other", leased_until=clock.now() + timedelta(minutes=1))
    assert not go_on(row.pk)
    row.refresh_from_db()
    assert row.products_done == 0


@pytest.mark.django_db
def test_a_worker_keeps_its_lease_while_it_reads(monkeypatch):
    row = confirmed(table(6))
    monkeypatch.setattr(kept_files, "TOLD_EVERY", 2)
    kept = []

    def heard(*given):
        # So long since the last word that another worker might have come.
        ProductImport.objects.filter(pk=row.pk).update(leased_until=clock.now() - timedelta(seconds=1))
        keep_lease(*given)
        kept.append(row.pk not in background.due(now=clock.now()))

    keep_lease = background._keep_lease
    monkeypatch.setattr(background, "_keep_lease", heard)
    assert go_on(row.pk)
    assert len(kept) >= 4 and all(kept)


@pytest.mark.django_db
def test_rows_that_cannot_be_imported_are_noted_once_with_line_and_reason():
    row = confirmed(table(2) + b"\n9,Lamp 9,much,1")
    go_on(row.pk)
    row.refresh_from_db()
    assert (row.state, row.created + row.unchanged + row.updated, row.failed) == ("finished", 2, 1)
    assert [(p.line, p.field) for p in row.problems.all()] == [(4, "price")]


@pytest.mark.django_db
def test_an_import_that_kills_its_workers_stops_until_staff_try_again():
    row = confirmed(table(2))
    ProductImport.objects.filter(pk=row.pk).update(attempts=background.MAX_ATTEMPTS)
    assert background.due(now=clock.now()) == []
    assert not go_on(row.pk)
    assert imports.try_again(import_id=row.pk)
    assert go_on(row.pk)


@pytest.mark.django_db
def test_a_file_that_is_gone_fails_with_what_to_do(settings):
    row = confirmed(table(2))
    storage.delete(settings.DOWNLOADS_BUCKET, row.file)
    assert not go_on(row.pk)
    row.refresh_from_db()
    assert row.state == "failed"
    assert "Upload it again" in row.last_error


@pytest.mark.django_db
def test_stores_that_are_away_are_waited_for_and_not_counted(monkeypatch):
    row = confirmed(table(2))

    def away(**_):
        raise CatalogUnavailable("away")

    monkeypatch.setattr(services, "save_products", away)
    assert not go_on(row.pk)
    row.refresh_from_db()
    assert (row.state, row.attempts, row.lease) == ("confirmed", 0, "")
    monkeypatch.undo()
    ProductImport.objects.filter(pk=row.pk).update(leased_until=None)
    assert go_on(row.pk)


@pytest.mark.django_db
def test_an_edit_between_the_comparison_and_the_save_is_reported_and_not_overwritten(monkeypatch):
    go_on(confirmed(table(3, series="edit")).pk)
    dearer = confirmed(table(3, price="12.00", series="edit"))
    save = services.save_products

    def edited_first(**given):
        product = queries.product("impedit2", freshness=Freshness.STRONG)
        edited = replace(product, title="As staff say")
        services.save_product(product=edited, expected_version=product.version, now=clock.now())
        monkeypatch.setattr(services, "save_products", save)
        return save(**given)

    monkeypatch.setattr(services, "save_products", edited_first)
    go_on(dearer.pk)
    dearer.refresh_from_db()
    kept = queries.product("impedit2", freshness=Freshness.STRONG)
    assert (kept.title, dict(kept.variants[0].prices)) == ("As staff say", {"EUR": 1000})
    assert (dearer.updated, dearer.failed) == (2, 1)
    assert [p.reason for p in dearer.problems.all()] == [f"1: {background.CONFLICT}"]


class Killed(BaseException):
    """A worker that is gone at once: nothing catches it."""


def killed_after_writing(monkeypatch, row: ProductImport) -> None:
    """A worker that dies when the products are written and nobody was told of them."""

    def killed(*_):
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(services, "_record_saved", killed)
        with pytest.raises(Killed):
            go_on(row.pk)
    ProductImport.objects.filter(pk=row.pk).update(leased_until=None)


@pytest.mark.django_db
def test_what_a_killed_worker_wrote_is_told_all_the_same(monkeypatch):
    go_on(confirmed(table(7, series="back")).pk)
    product = queries.product("impback7", freshness=Freshness.STRONG)
    other = replace(product.variants[0], sku="IMP-back7-b")
    services.save_product(
        product=replace(product, variants=(other,)), expected_version=product.version, now=clock.now()
    )
    row = confirmed(table(7, price="8.00", series="back"))
    killed_after_writing(monkeypatch, row)
    OutboxEvent.objects.all().delete()
    assert go_on(row.pk)
    told = OutboxEvent.objects.values_list("event_name", "payload")
    added = [payload for name, payload in told if name.endswith("VariantsAdded")]
    assert [(e["product_id"], e["skus"]) for e in added if "IMP-back7" in e["skus"]] == [("impback7", ["IMP-back7"])]
    cheaper = {payload["product_id"] for name, payload in told if name.endswith("PriceLowered")}
    assert cheaper == {f"impback{n}" for n in range(1, 7)}
    row.refresh_from_db()
    assert (row.state, row.updated, row.failed) == ("finished", 7, 0)


@pytest.mark.django_db
def test_what_staff_saved_after_a_killed_worker_is_left_to_them(monkeypatch):
    go_on(confirmed(table(3, series="left")).pk)
    row = confirmed(table(3, price="12.00", series="left"))
    killed_after_writing(monkeypatch, row)
    for number, changes in ((1, {"title": "As staff say"}), (2, {"brand": "Nordlys"})):
        product = queries.product(f"impleft{number}", freshness=Freshness.STRONG)
        edited = replace(product, **changes)
        services.save_product(product=edited, expected_version=product.version, now=clock.now())
    assert go_on(row.pk)
    row.refresh_from_db()
    kept = queries.products_by_id([f"impleft{n}" for n in (1, 2, 3)], freshness=Freshness.STRONG)
    assert [(p.title, p.brand, p.version) for p in kept.values()] == [
        ("As staff say", "", 3),
        ("Lamp 2", "Nordlys", 3),
        ("Lamp 3", "", 2),
    ]
    assert (row.updated, row.failed) == (2, 1)
    assert [p.reason for p in row.problems.all()] == [f"1: {background.CONFLICT}"]


@pytest.mark.django_db
@pytest.mark.parametrize("save", ["workers", "command"])
def test_an_update_changes_only_what_the_file_has_columns_for(save):
    go_on(confirmed(table(1, series=save)).pk)
    product = queries.product(f"imp{save}1", freshness=Freshness.STRONG)
    variant = replace(product.variants[0], barcode="0123", weight_grams=90, image=0, prices={"EUR": 1000, "USD": 1100})
    other = replace(variant, sku=f"IMP-{save}1-L", options={"Size": "L"})
    staffed = replace(
        product,
        variants=(replace(variant, options={"Size": "S"}), other),
        images=(Image("images/" + "0" * 32 + "/640.webp", 640, 480, "A lamp"),),
        model=Model3D("models/" + "0" * 32 + ".glb", 9),
        download="files/x",
        featured=True,
        brand="Nordlys",
        description="Bright.",
        status=Status.DRAFT,
        attributes={"Material": "Oak"},
        rank=3,
        category="kitchen",
        translations={"de": {"title": "Lampe"}},
    )
    services.save_product(product=staffed, expected_version=product.version, now=clock.now())
    dearer = confirmed(table(1, price="12.00", series=save))
    if save == "workers":
        go_on(dearer.pk)
    else:
        save_parsed(parse_kept(dearer.file, dearer.name, MAPPING, now=clock.now()), owners=sku_owners, now=clock.now())
    wanted = replace(staffed.variants[0], prices={"EUR": 1200, "USD": 1100})
    now = queries.product(product.product_id, freshness=Freshness.STRONG)
    assert editorial_record(now) == editorial_record(replace(staffed, variants=(wanted, other)))


@pytest.mark.django_db
def test_what_is_new_is_there_where_the_file_tells_of_stock_and_what_was_there_stays_so():
    def there(series: str) -> list[bool]:
        ids = [f"imp{series}{n}" for n in (1, 7)]
        found = queries.products_by_id(ids, freshness=Freshness.STRONG)
        return [product.variants[0].in_stock for product in found.values()]

    go_on(confirmed(table(7, series="told")).pk)
    assert there("told") == [True, False]
    silent = {name: rule for name, rule in MAPPING.items() if name != "stock"}
    for series, price in (("told", "11.00"), ("hush", "11.00")):
        row = imports.upload(
            file=BytesIO(table(7, price=price, series=series)), name="lamps.csv", author_id=None, now=clock.now()
        )
        imports.set_mapping(import_id=row.pk, mapping=silent)
        imports.confirm(import_id=row.pk, now=clock.now())
        go_on(row.pk)
    assert there("told") == [True, False]
    assert there("hush") == [False, False]


@pytest.mark.django_db
def test_our_own_files_open_no_stock_and_leave_what_there_is():
    file = BytesIO()
    (there,) = [services.create_product(product=a_product(category="lighting"), now=clock.now())]
    new = [a_product(category="lighting", kind=kind) for kind in (Kind.PHYSICAL, Kind.DIGITAL)]
    goods = [replace(there, title="Renamed", variants=(*there.variants, Variant("OWN-NEW", {}, {"USD": 9}))), *new]
    files.write("jsonl", goods, file)
    row = imports.upload(file=BytesIO(file.getvalue()), name="goods.jsonl", author_id=None, now=clock.now())
    imports.confirm(import_id=row.pk, now=clock.now())
    go_on(row.pk)
    stored = queries.products_by_id([p.product_id for p in goods], freshness=Freshness.STRONG)
    assert [[v.in_stock for v in p.variants] for p in stored.values()] == [
        [True, True, False],
        [False, False],
        [True, True],
    ]


@pytest.mark.django_db
@pytest.mark.parametrize("save", ["workers", "command"])
def test_a_sku_of_another_product_is_refused_alone(save):
    StockItem.objects.create(sku=f"IMP-{save}f2", product_id="another")
    row = confirmed(table(3, series=f"{save}f"))
    ids = [f"imp{save}f{n}" for n in (1, 2, 3)]
    if save == "workers":
        go_on(row.pk)
        row.refresh_from_db()
        assert (row.state, row.products_done, row.created, row.failed) == ("finished", 3, 2, 1)
        assert [(p.line, p.field, FOREIGN in p.reason) for p in row.problems.all()] == [(3, "sku", True)]
    else:
        parsed = parse_kept(row.file, row.name, MAPPING, now=clock.now())
        assert save_parsed(parsed, owners=sku_owners, now=clock.now()).created == 2
        assert [FOREIGN in r.reason for r in parsed.rejected] == [True]
    assert list(queries.products_by_id(ids, freshness=Freshness.STRONG)) == [ids[0], ids[2]]


@pytest.mark.django_db
def test_files_of_imports_long_over_are_swept_and_those_a_younger_one_needs_stay(settings):
    old, shared, young = (
        confirmed(table(2, series="old")),
        confirmed(table(2, series="s")),
        confirmed(table(2, series="s")),
    )
    ProductImport.objects.filter(pk__in=[old.pk, shared.pk]).update(
        state="finished", finished_at=clock.now() - timedelta(days=31)
    )
    assert imports.sweep(now=clock.now()) == 2
    assert imports.sweep(now=clock.now()) == 0
    assert not storage.exists(settings.DOWNLOADS_BUCKET, old.file)
    assert go_on(young.pk)
    ProductImport.objects.filter(pk=young.pk).update(state="failed", finished_at=clock.now() - timedelta(days=31))
    assert imports.sweep(now=clock.now()) == 1
    assert not storage.exists(settings.DOWNLOADS_BUCKET, young.file)
