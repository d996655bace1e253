"""Saves that DynamoDB carried out without saying so: the shop, and whoever saved, hear of them all the same."""

from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from botocore.exceptions import ConnectTimeoutError, ReadTimeoutError
from django.db import OperationalError

from catalog import history, services
from catalog.bulk import SaveCounts
from catalog.domain import Freshness
from catalog.dynamo.client import writer
from catalog.events import SaveUnanswered
from catalog.repository import SaveDoubted, VersionConflict, products
from shopcloud.lib import clock, outbox
from shopcloud.lib.outbox import OutboxEvent
from shopcloud.lib.resilience import breaker
from shopcloud.wiring import catalog_handlers
from tests.catalog.admin.conftest import form_of, held
from tests.catalog.admin.test_bulk import BULK, TEN_MORE, ids, seen
from tests.catalog.admin.test_form import page_of
from tests.catalog.factories import NOON, a_product

LATER = NOON + timedelta(hours=1)


@pytest.fixture
def losing(monkeypatch):
    """While it lasts, writes are carried out and unanswered; `reads` are, too, and `only` writes of one product."""

    @contextmanager
    def losing(*, operation="update_item", reads=False, only="", sent=True):
        carry_out = getattr(writer()._patient, operation)

        def unanswered(**request):
            if only and request["Key"]["product_id"] != {"S": only}:
                return carry_out(**request)
            if sent:
                carry_out(**request)
            if reads:
                lost.setattr(writer()._client, "get_item", away)
            raise ReadTimeoutError(endpoint_url="http://dynamo")

        def away(**_request):
            raise ConnectTimeoutError(endpoint_url="http://dynamo")

        with monkeypatch.context() as lost:
            lost.setattr(writer()._patient, operation, unanswered)
            yield
        breaker("dynamo").close()

    return losing


def events(name: str) -> list[dict]:
    return [row.payload for row in OutboxEvent.objects.filter(event_name=name).order_by("pk")]


def settle() -> None:
    """As the relay does it after its next pause."""
    now = clock.now() + outbox.OUTAGE_PAUSE
    outbox.relay(subscriptions={SaveUnanswered: [catalog_handlers.settle_save]}, now=now)


def waiting() -> list[int]:
    """The attempts of what the relay still has to settle."""
    rows = OutboxEvent.objects.filter(event_name="SaveUnanswered", relayed_at=None)
    return list(rows.values_list("attempts", flat=True))


def cheaper(product):
    return replace(product, variants=tuple(replace(v, prices={"USD": 100}) for v in product.variants))


def told_of(product) -> tuple:
    kept = {row.version: row.author_id for row in history.versions_of(product.product_id)}
    return kept, [e["product_id"] for e in events("ProductChanged")], len(events("PriceLowered"))


def test_a_save_that_was_carried_out_without_an_answer_is_one_like_any_other(lamp, losing, buyer):
    products().get(lamp.product_id, freshness=Freshness.CACHED)
    OutboxEvent.objects.all().delete()
    with losing():
        saved = services.save_product(product=cheaper(lamp), expected_version=1, now=LATER, author=buyer.pk)
    assert (saved, saved.version) == (held(lamp.product_id), 2)
    assert products().get(lamp.product_id, freshness=Freshness.CACHED) == saved
    assert told_of(lamp) == ({1: None, 2: buyer.pk}, [lamp.product_id], 1)


def test_a_product_that_was_made_without_an_answer_is_there(losing):
    with losing(operation="put_item"):
        made = services.create_product(product=a_product(), now=NOON)
    assert held(made.product_id) == made
    with losing(operation="put_item"):
        assert services.save_products(products=[a_product(), a_product()], now=NOON) == SaveCounts(created=2)


def test_a_lost_answer_to_whoever_was_second_is_a_conflict(lamp, losing):
    theirs = services.save_product(product=replace(lamp, brand="Theirs"), expected_version=1, now=LATER)
    with losing(sent=False), pytest.raises(VersionConflict):
        products().put(replace(lamp, brand="Mine"), expected_version=1)
    assert held(lamp.product_id) == theirs


def test_a_save_of_which_nothing_can_be_learned_is_told_once_it_can(lamp, losing, buyer):
    products().get(lamp.product_id, freshness=Freshness.CACHED)
    OutboxEvent.objects.all().delete()
    with losing(reads=True), pytest.raises(SaveDoubted, match="may have been saved"):
        services.save_product(product=cheaper(lamp), expected_version=1, now=LATER, author=buyer.pk)
    assert products().get(lamp.product_id, freshness=Freshness.CACHED).version == 2
    settle()
    assert told_of(lamp) == ({1: None, 2: buyer.pk}, [lamp.product_id], 1)


def test_a_save_that_was_not_carried_out_is_not_told(lamp, losing):
    OutboxEvent.objects.all().delete()
    with losing(sent=False), pytest.raises(SaveDoubted):
        services.save_product(product=cheaper(lamp), expected_version=1, now=LATER)
    settle()
    assert (told_of(lamp), waiting()) == (({1: None}, [], 0), [0])
    with time_machine.travel(clock.now() + catalog_handlers.STILL_COMING, tick=True):
        settle()
    assert (told_of(lamp), waiting()) == (({1: None}, [], 0), [])


def test_a_save_that_arrives_after_it_was_looked_for_is_told(lamp, losing, buyer):
    OutboxEvent.objects.all().delete()
    with losing(sent=False), pytest.raises(SaveDoubted):
        services.save_product(product=cheaper(lamp), expected_version=1, now=LATER, author=buyer.pk)
    settle()
    products().put(replace(cheaper(lamp), updated_at=LATER), expected_version=1)
    settle()
    assert (told_of(lamp), waiting()) == (({1: None, 2: buyer.pk}, [lamp.product_id], 1), [])


def test_a_save_that_somebody_else_came_before_is_not_waited_for(lamp, losing):
    with losing(sent=False), pytest.raises(SaveDoubted):
        services.save_product(product=cheaper(lamp), expected_version=1, now=LATER)
    services.save_product(product=replace(lamp, brand="Theirs"), expected_version=1, now=LATER + timedelta(hours=1))
    settle()
    assert waiting() == []


def test_a_doubt_of_the_release_before_is_settled_at_once(lamp):
    saved_at = LATER.isoformat()
    outbox.record(SaveUnanswered(product_id=lamp.product_id, version=2, saved_at=saved_at))
    settle()
    assert waiting() == []


def test_a_bulk_edit_says_what_it_does_not_know_and_can_be_undone_whole(editor, keep, losing):
    halo, dusk = pair = keep(a_product(title="Halo lamp"), a_product(title="Dusk lamp"))
    preview = editor.post(BULK, {**TEN_MORE, "product": ids(pair)})
    with losing(reads=True, only=halo.product_id):
        done = editor.post(BULK, seen(preview))
    page = editor.get(done.url).content.decode()
    assert "The catalog gave no answer for “Halo lamp”." in page
    assert "1 product was changed." in page
    assert "Left as they are" not in page
    settle()
    undone = editor.post(done.url, follow=True).content.decode()
    assert "2 products are as they were." in undone
    assert [held(p.product_id).variants for p in pair] == [halo.variants, dusk.variants]


def test_a_form_that_is_sent_again_after_telling_failed_is_told(editor, lamp, monkeypatch):
    OutboxEvent.objects.all().delete()

    def broken(_saved):
        raise OperationalError("the database went away")

    with monkeypatch.context() as failing:
        failing.setattr(services, "_record_saved", broken)
        assert editor.post(page_of(lamp), form_of(lamp, title="New name")).status_code == 503
    assert events("ProductChanged") == []
    page = editor.post(page_of(lamp), form_of(lamp, title="New name"), follow=True).content.decode()
    assert "“New name” was saved." in page
    assert "somebody else" not in page
    (newest, _first) = history.versions_of(lamp.product_id)
    assert (newest.version, newest.author.email) == (2, "staff5@example.com")
    assert [e["product_id"] for e in events("ProductChanged")] == [lamp.product_id]


def test_a_form_without_an_answer_says_so_and_keeps_what_was_typed(editor, lamp, losing):
    with losing(reads=True):
        page = editor.post(page_of(lamp), form_of(lamp, title="New name"))
    text = page.content.decode()
    assert page.status_code == 422
    assert "may have been saved" in text
    assert 'value="New name"' in text
