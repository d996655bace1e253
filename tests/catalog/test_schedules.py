"""Products go on sale and off it when staff planned it: once, whoever else is at work, and never without a price."""

from dataclasses import replace
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from catalog import queries, schedules, services
from catalog.domain import Freshness, Product, Status
from catalog.models import ProductSchedule
from catalog.repository import CatalogUnavailable, products
from catalog.tasks import carry_out_schedules
from shopcloud.beat import CELERY_BEAT_SCHEDULE
from shopcloud.lib.outbox import OutboxEvent
from tests.catalog.factories import NOON, a_product

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


def a_draft(**changes) -> Product:
    return services.create_product(product=a_product(status=Status.DRAFT, **changes), now=NOON)


def planned(product: Product, publish_at=None, archive_at=None, author=None) -> Product:
    schedules.plan(product_id=product.product_id, publish_at=publish_at, archive_at=archive_at, author=author)
    return product


def held(product: Product) -> Product:
    return queries.product(product.product_id, freshness=Freshness.STRONG)


def test_a_draft_goes_on_sale_at_its_time_and_off_it_at_the_other(guest, make_person):
    admin = make_person("planner@example.com", staff=True)
    lamp = planned(a_draft(), NOON, NOON + 60 * MINUTE, admin)
    assert schedules.carry_out(now=NOON - MINUTE) == 0
    assert guest.get(lamp.path).status_code == 404
    assert schedules.carry_out(now=NOON) == 1
    assert held(lamp).status is Status.ACTIVE
    assert guest.get(lamp.path).status_code == 200
    assert schedules.carry_out(now=NOON + 59 * MINUTE) == 0
    assert schedules.carry_out(now=NOON + 61 * MINUTE) == 1
    assert held(lamp).status is Status.ARCHIVED
    assert not ProductSchedule.objects.exists()
    assert [entry.user_id for entry in LogEntry.objects.all()] == [admin.pk, admin.pk]


def test_the_rest_of_the_shop_is_told():
    lamp = planned(a_draft(), NOON)
    OutboxEvent.objects.all().delete()
    schedules.carry_out(now=NOON)
    assert [event.payload["product_id"] for event in OutboxEvent.objects.all()] == [lamp.product_id]


def test_a_turn_with_nothing_due_is_one_query_of_an_index():
    planned(a_draft(), NOON + MINUTE)
    with CaptureQueriesContext(connection) as seen:
        assert schedules.carry_out(now=NOON) == 0
    assert len(seen) == 1
    with connection.cursor() as cursor:
        # A small table is read whole where it may be.
        cursor.execute("SET LOCAL enable_seqscan = off")
    due = ProductSchedule.objects.filter(refused="", due_at__lte=NOON).order_by("due_at")
    assert "product_schedule_due" in due.explain()


def test_what_staff_changed_meanwhile_stays_and_the_plan_is_kept_all_the_same(monkeypatch):
    lamp = planned(a_draft(), NOON)
    _edit_between_reading_and_writing(monkeypatch, lamp)
    assert schedules.carry_out(now=NOON) == 1
    assert (held(lamp).title, held(lamp).status) == ("Edited", Status.ACTIVE)


def test_without_the_version_the_edit_would_be_lost(monkeypatch):
    """The control: the same moment, written over whatever is there."""
    lamp = planned(a_draft(), NOON)
    _edit_between_reading_and_writing(monkeypatch, lamp, blind=True)
    schedules.carry_out(now=NOON)
    assert (held(lamp).title, held(lamp).status) == ("Halo lamp", Status.ACTIVE)


def _edit_between_reading_and_writing(monkeypatch, lamp: Product, *, blind: bool = False) -> None:
    publish, edits = services.publish_product, iter([replace(lamp, title="Edited")])

    def edited_first(*, product_id, expected_version, now, author):
        if edit := next(edits, None):
            services.save_product(product=edit, expected_version=lamp.version, now=now)
        if blind:
            stale = replace(lamp, status=Status.ACTIVE)
            return products().put(stale, expected_version=held(lamp).version)
        return publish(product_id=product_id, expected_version=expected_version, now=now, author=author)

    monkeypatch.setattr(services, "publish_product", edited_first)


@pytest.mark.django_db(transaction=True)
def test_many_workers_at_once_publish_each_product_once():
    lamps = [planned(a_draft(), NOON) for _ in range(5)]
    start = Barrier(6)

    def work():
        start.wait(10)
        schedules.carry_out(now=NOON)
        connections.close_all()

    workers = [Thread(target=work) for _ in range(6)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    assert {(held(lamp).status, held(lamp).version) for lamp in lamps} == {(Status.ACTIVE, 2)}
    assert not ProductSchedule.objects.exists()


def test_a_plan_that_was_moved_meanwhile_waits_for_its_new_time():
    lamp = planned(a_draft(), NOON)
    (row,) = schedules.due(now=NOON)
    planned(lamp, NOON + 60 * MINUTE)
    assert not schedules._carry_out(row, NOON)
    assert held(lamp).status is Status.DRAFT
    assert ProductSchedule.objects.get().due_at == NOON + 60 * MINUTE


def test_what_cannot_be_sold_is_refused_told_and_tried_again_once_staff_plan_anew():
    lamp = a_draft(variants=(replace(a_product().variants[0], prices={}),))
    planned(lamp, NOON)
    assert schedules.carry_out(now=NOON) == 0
    assert held(lamp).status is Status.DRAFT
    assert "needs a price" in schedules.plans([lamp.product_id])[lamp.product_id].refused
    assert [product.product_id for product in schedules.refused()] == [lamp.product_id]
    assert schedules.due(now=NOON + MINUTE) == []
    priced = replace(lamp, variants=a_product().variants)
    services.save_product(product=priced, expected_version=lamp.version, now=NOON)
    planned(lamp, NOON)
    assert schedules.carry_out(now=NOON + MINUTE) == 1
    assert schedules.refused() == []


def test_an_outage_of_the_catalog_delays_the_plan(monkeypatch):
    lamp = planned(a_draft(), NOON)

    def away(*_args, **_kwargs):
        raise CatalogUnavailable

    with monkeypatch.context() as outage:
        outage.setattr(services, "publish_product", away)
        assert schedules.carry_out(now=NOON) == 0
    assert schedules.carry_out(now=NOON + MINUTE) == 1
    assert held(lamp).is_active


def test_what_a_worker_wrote_and_did_not_tell_is_told_by_the_next():
    lamp = planned(a_draft(), NOON)
    products().put(replace(lamp, status=Status.ACTIVE), expected_version=lamp.version)
    OutboxEvent.objects.all().delete()
    assert schedules.carry_out(now=NOON) == 1
    assert OutboxEvent.objects.count() == 1
    assert held(lamp).version == 2


def test_a_product_that_was_taken_back_by_hand_is_left_alone():
    lamp = planned(a_draft(), archive_at=NOON)
    assert schedules.carry_out(now=NOON) == 1
    assert held(lamp).status is Status.DRAFT


def test_the_clock_looks_every_minute():
    (entry,) = [e for e in CELERY_BEAT_SCHEDULE.values() if e["task"] == carry_out_schedules.name]
    assert entry["schedule"] == 60.0
