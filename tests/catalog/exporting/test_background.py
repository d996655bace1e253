"""Exports by workers: whole, the same again when imported, made once whatever becomes of the workers."""

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.db import connection

from catalog import queries, services
from catalog.domain import Freshness, Image, Status
from catalog.exporting import background, chosen, exports, files
from catalog.importing.importer import save_parsed
from catalog.models import ProductExport
from catalog.records import editorial_record
from catalog.repository import CatalogUnavailable
from catalog.search import indexing
from catalog.search.tantivy_index import TantivyIndex
from media import services as media
from media import storage
from media.services import MediaUnavailable
from orders.queries import sku_owners
from shopcloud.lib import clock
from shopcloud.lib.outbox import OutboxEvent
from tests.catalog.exporting.conftest import asked, forget, made, stored
from tests.catalog.factories import a_product
from tests.catalog.importing.test_own_format import whole_product
from tests.media.pictures import picture

pytestmark = pytest.mark.django_db
KINDS = tuple(files.FORMATS)
REPOSITORY = Path(__file__).resolve().parents[3]


@pytest.mark.parametrize("kind", KINDS)
def test_a_stored_catalog_exported_and_imported_again_changes_nothing(kind, keep, differences, read_back):
    products = keep(
        whole_product('=HYPERLINK("x")\n\'ü'), a_product(status=Status.DRAFT), a_product(), a_product(images=())
    )
    row = made(kind)
    assert differences(row) == {}
    assert set(read_back(row).products) == {product.product_id for product in products}
    assert (row.products, row.size) == (4, len(stored(row)))
    counts = save_parsed(read_back(row), owners=sku_owners, now=clock.now())
    assert (counts.unchanged, counts.changed, counts.conflicts) == (4, 0, ())


@pytest.mark.parametrize("kind", KINDS)
def test_another_shop_gets_the_same_products_out_of_the_file(kind, keep, read_back):
    images = [media.store_image(picture(400 + n, 300)) for n in range(2)]
    shown = tuple(
        Image(image.key, image.width, image.height, alt) for image, alt in zip(images, ("-x", ""), strict=True)
    )
    [was] = keep(replace(whole_product("-x"), images=shown))
    parsed = read_back(made(kind))
    forget(was)
    assert save_parsed(parsed, owners=sku_owners, now=clock.now()).created == 1
    now = queries.product(was.product_id, freshness=Freshness.STRONG)
    assert editorial_record(now) == editorial_record(was)


def test_a_change_made_in_the_file_is_the_only_one(keep, differences, read_back, tmp_path):
    keep(a_product(product_id="lamp1"), a_product(product_id="lamp2"))
    row = made("csv")
    content = stored(row).replace(b"lamp1,Halo lamp", b"lamp1,Halo light")
    storage.put(settings.DOWNLOADS_BUCKET, row.file, content, content_type="text/csv")
    assert differences(row) == {"lamp1": ["title"]}


def test_an_export_has_the_products_of_its_category_status_and_search(keep, read_back):
    keep(
        a_product(product_id="a1", category="lighting/table-lamps"),
        a_product(product_id="a2", category="kitchen", title="Mug"),
        a_product(product_id="a3", category="kitchen", status=Status.DRAFT),
        a_product(product_id="a4", category="lighting", status=Status.ARCHIVED),
    )

    def exported(**choice) -> set[str]:
        return set(read_back(made("jsonl", **choice)).products)

    assert exported() == {"a1", "a2", "a3", "a4"}
    assert exported(category="lighting") == {"a1", "a4"}
    assert exported(status="draft") == {"a3"}
    assert exported(text="mug") == {"a2"}
    assert made("jsonl", text="quabbel mug").products == 0
    assert exported(category="kitchen", status="active") == {"a2"}


def test_a_narrowed_export_waits_for_an_index_that_is_missing(keep, tmp_path, monkeypatch):
    keep(a_product())
    monkeypatch.setattr(chosen, "search_index", lambda: TantivyIndex(str(tmp_path / "nowhere")))
    row = asked(status="active")
    assert not background.run(export_id=row.pk, now=clock.now())
    row.refresh_from_db()
    assert row.state == "running"


def test_only_an_export_of_everything_scans_the_table(keep, monkeypatch):
    keep(a_product())

    def scan(*_segments):
        raise AssertionError("scanned")

    with monkeypatch.context() as patch:
        patch.setattr(indexing, "every_product", scan)
        made(category="lighting")
        with pytest.raises(AssertionError, match="scanned"):
            made()


def test_a_long_list_is_whole_although_products_are_saved_meanwhile(keep, monkeypatch, read_back):
    monkeypatch.setattr(chosen, "PAGE", 5)
    products = keep(*(a_product() for _number in range(23)))
    saved = iter(products)

    def save_one(*_told):
        if product := next(saved, None):
            services.save_product(product=product, expected_version=product.version, now=clock.now())
            indexing.index([product.product_id])

    choice = chosen.Choice(status="active")
    seen = []
    for product in chosen.chosen(choice):
        seen.append(product.product_id)
        save_one()
    assert sorted(seen) == sorted(product.product_id for product in products)


def test_an_export_without_products_is_a_file_with_a_header():
    assert (made("csv", status="draft").products, made("xlsx", status="draft").rows) == (0, 0)


def test_an_export_is_told_to_workers_once_and_made_once(keep):
    row = asked()
    assert OutboxEvent.objects.filter(event_name__contains="ExportAsked").count() == 1
    assert background.due(now=clock.now()) == [row.pk]
    assert background.run(export_id=row.pk, now=clock.now())
    assert not background.run(export_id=row.pk, now=clock.now())
    assert background.due(now=clock.now() + timedelta(days=1)) == []


def test_two_workers_never_make_the_same_export(keep):
    row = asked()
    ProductExport.objects.filter(pk=row.pk).update(lease="other", leased_until=clock.now() + timedelta(minutes=1))
    assert not background.run(export_id=row.pk, now=clock.now())
    assert stored(row) is None


def test_a_worker_that_lost_its_lease_does_not_finish_the_export(keep, monkeypatch):
    keep(a_product())
    row = asked()

    def stolen(*arguments, **named):
        ProductExport.objects.filter(pk=row.pk).update(lease="other")
        return files.write(*arguments, **named)

    monkeypatch.setattr(background, "write", stolen)
    assert not background.run(export_id=row.pk, now=clock.now())
    row.refresh_from_db()
    assert (row.state, row.lease, stored(row)) == ("running", "other", None)


@pytest.mark.parametrize("outage", [CatalogUnavailable(), MediaUnavailable("away")])
def test_a_store_that_is_away_is_waited_for_and_not_counted(outage, keep, monkeypatch):
    row = asked()
    with monkeypatch.context() as patch:
        patch.setattr(background, "write", lambda *_a, **_n: (_ for _ in ()).throw(outage))
        assert not background.run(export_id=row.pk, now=clock.now())
    row.refresh_from_db()
    assert (row.state, row.attempts, row.last_error) == ("running", 0, str(outage))
    assert background.due(now=clock.now()) == []
    later = clock.now() + background.OUTAGE_PAUSE
    assert background.due(now=later) == [row.pk]
    assert background.run(export_id=row.pk, now=later)


def test_what_does_not_fit_the_format_fails_with_the_reason(keep):
    keep(a_product(attributes={f"a{n}": "x" * 200 for n in range(200)}))
    row = asked("xlsx")
    assert not background.run(export_id=row.pk, now=clock.now())
    row.refresh_from_db()
    assert (row.state, "CSV or JSON Lines" in row.last_error) == ("failed", True)
    assert exports.link_to(row) is None


def test_an_export_that_kills_its_workers_stops_after_a_few(keep, monkeypatch):
    row = asked()
    monkeypatch.setattr(background, "write", lambda *_a, **_n: (_ for _ in ()).throw(MemoryError))
    now = clock.now()
    for _attempt in range(7):
        if background.due(now=now):
            with pytest.raises(MemoryError):
                background.run(export_id=row.pk, now=now)
        now += background.LEASE + timedelta(seconds=1)
    row.refresh_from_db()
    assert (row.is_stuck, row.attempts) == (True, 5)


@pytest.mark.timeout(120)
@pytest.mark.django_db(transaction=True)
def test_an_export_whose_worker_is_killed_is_made_whole_by_the_next(keep, read_back):
    services.load_products(products=[a_product() for _number in range(900)])
    row = asked("xlsx")
    process = worker(row)
    for _look in range(3000):
        row.refresh_from_db()
        if row.products >= 200 or process.poll() is not None:
            break
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.wait(10)
    row.refresh_from_db()
    assert (row.state, row.pk in background.due(now=clock.now())) == ("running", False)
    later = clock.now() + background.LEASE
    assert background.due(now=later) == [row.pk]
    assert background.run(export_id=row.pk, now=later)
    row.refresh_from_db()
    assert (row.products, len(read_back(row).products)) == (900, 900)


def test_a_file_larger_than_one_part_arrives_whole(keep):
    products = [a_product(description="Lämp " * 4000, seo_title=str(n)) for n in range(400)]
    services.load_products(products=products)
    row = made("jsonl")
    assert row.size > 8 * 1024 * 1024
    assert len(stored(row).splitlines()) == 400


def test_files_go_after_thirty_days(keep):
    old, young = made(), made()
    ProductExport.objects.filter(pk=old.pk).update(created_at=clock.now() - timedelta(days=31))
    assert exports.sweep(now=clock.now()) == 1
    assert (stored(old), bool(stored(young))) == (None, True)
    old.refresh_from_db()
    assert (old.file, exports.link_to(old)) == ("", None)
    assert exports.sweep(now=clock.now()) == 0


def worker(row: ProductExport) -> subprocess.Popen:
    database = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}").geturl()
    program = (
        "import django; django.setup(); from catalog.exporting import background; from shopcloud.lib import clock; "
        f"background.run(export_id={row.pk}, now=clock.now())"
    )
    environment = os.environ | {"DATABASE_URL": database, "DJANGO_SETTINGS_MODULE": "shopcloud.settings"}
    return subprocess.Popen([sys.executable, "-c", program], cwd=REPOSITORY, env=environment)
