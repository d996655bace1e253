"""What the index says of products follows a renamed category or a changed type: in the background, and only those."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection

from catalog import categories, category_edits, queries, reindexing, tasks
from catalog.domain import Status
from catalog.models import Reindexing
from catalog.search import indexing, waiting
from catalog.search.index import SearchRequest, SearchUnavailable
from shopcloud.lib import aws, clock, redis

pytestmark = pytest.mark.django_db


def rename(path: str, name: str, **names: str) -> None:
    stored = categories.fresh().by_path[path]
    category_edits.edit(replace(stored, name=name, names=names or stored.names))


def later():
    return clock.now() + reindexing.SETTLING


def go_on() -> list[bool]:
    return [reindexing.run(reindexing_id=pk, now=later()) for pk in reindexing.due(now=later())]


def found(text: str) -> set[str]:
    statuses = tuple(str(status) for status in Status)
    return {card.product_id for card in queries.search(SearchRequest(text=text, statuses=statuses, page_size=100)).hits}


@pytest.fixture
def told(monkeypatch):
    """The products that the index was told of, in order; `told.fails_at` lets the connection break there."""

    class Told(list):
        fails_at: int | None = None

    told, index = Told(), indexing.index

    def listened(product_ids):
        ids = list(product_ids)
        if told.fails_at is not None and len(told) >= told.fails_at:
            raise SearchUnavailable("The index went away.")
        index(ids)
        told.extend(ids)

    monkeypatch.setattr(indexing, "index", listened)
    return told


@pytest.fixture
def dynamo_calls():
    seen: list[str] = []
    events = aws.dynamodb().meta.events
    events.register("before-call.dynamodb.*", lambda model, **_: seen.append(model.name), unique_id="reindexing")
    yield seen
    events.unregister("before-call.dynamodb.*", unique_id="reindexing")


def test_products_are_found_by_the_new_name_of_their_category_and_of_those_above(top, fill, told, dynamo_calls):
    lamps = fill(f"{top}/lamps/oak", 3) + fill(f"{top}/lamps", 1, status=Status.DRAFT)
    fill(f"{top}/mugs", 2)
    rename(f"{top}/lamps", "Glowfolk", de="Leuchtvolk")
    assert reindexing.due(now=clock.now()) == []
    assert found("glowfolk") == set()
    dynamo_calls.clear()
    assert go_on() == [True]
    assert found("glowfolk") == found("leuchtvolk") == {p.product_id for p in lamps} == set(told)
    assert len(told) == 4
    assert "Scan" not in dynamo_calls
    assert not Reindexing.objects.exists()


def test_a_text_or_a_picture_of_a_category_costs_no_product(top, fill):
    fill(f"{top}/lamps", 1)
    stored = categories.fresh().by_path[f"{top}/lamps"]
    category_edits.edit(replace(stored, description="Warm light.", image="x.webp"))
    assert not Reindexing.objects.exists()


def test_a_worker_that_lost_the_index_goes_on_after_the_last_whole_page(top, fill, told, monkeypatch):
    monkeypatch.setattr(reindexing, "PAGE", 2)
    made = fill(f"{top}/mugs", 7)
    rename(f"{top}/mugs", "Beakerfolk")
    told.fails_at = 4
    assert go_on() == [False]
    told.fails_at = None
    (row,) = Reindexing.objects.all()
    assert reindexing.due(now=row.leased_until) == []
    assert reindexing.run(reindexing_id=row.pk, now=later() + reindexing.OUTAGE_PAUSE)
    assert len(told) == len(set(told)) == 7
    assert found("beakerfolk") == {p.product_id for p in made}


def test_what_a_killed_worker_held_is_anybody_s_after_its_lease(top, fill, told):
    fill(f"{top}/mugs", 1)
    rename(f"{top}/mugs", "Beakerfolk")
    Reindexing.objects.update(lease="dead", leased_until=later() + reindexing.LEASE)
    assert go_on() == []
    assert reindexing.due(now=later() + reindexing.LEASE + timedelta(seconds=1)) != []


def test_a_second_new_name_begins_again_whoever_is_at_it(top, fill, told, monkeypatch):
    monkeypatch.setattr(reindexing, "PAGE", 1)
    made = fill(f"{top}/mugs", 3)
    rename(f"{top}/mugs", "Beakerfolk")
    index = indexing.index

    def renamed_meanwhile(product_ids):
        index(product_ids)
        if len(told) == 1:
            rename(f"{top}/mugs", "Cupfolk")

    monkeypatch.setattr(indexing, "index", renamed_meanwhile)
    assert go_on() == [False]
    (row,) = Reindexing.objects.all()
    assert (row.cursor, row.lease) == ("", "")
    assert go_on() == [True]
    assert found("cupfolk") == {p.product_id for p in made}
    assert found("beakerfolk") == set()


def test_a_long_one_leaves_the_worker_to_others_and_goes_on(top, fill, told, monkeypatch):
    monkeypatch.setattr(reindexing, "PAGE", 1)
    monkeypatch.setattr(reindexing, "TURN", -2 * reindexing.SETTLING)
    fill(f"{top}/mugs", 3)
    rename(f"{top}/mugs", "Beakerfolk")
    turns = [go_on() for _turn in range(4) if reindexing.due(now=later() + reindexing.SETTLING)]
    assert turns == [[False], [False], [True]]
    assert len(told) == 3


def test_what_changes_meanwhile_is_found_after_the_page_at_hand(top, fill, told, monkeypatch):
    monkeypatch.setattr(reindexing, "PAGE", 2)
    mugs, (lamp,) = fill(f"{top}/mugs", 6), fill(f"{top}/lamps")
    rename(f"{top}/mugs", "Beakerfolk")
    waiting.add(lamp.product_id)
    assert go_on() == [True]
    assert told[2] == lamp.product_id
    assert sorted(told) == sorted(p.product_id for p in (*mugs, lamp))
    assert not waiting.take(1)


def test_without_the_store_of_what_waits_it_goes_on_later_from_where_it_was(top, fill, told, monkeypatch):
    monkeypatch.setattr(reindexing, "PAGE", 2)
    fill(f"{top}/mugs", 4)
    rename(f"{top}/mugs", "Beakerfolk")

    def away(_limit):
        raise redis.NoAnswer

    with monkeypatch.context() as outage:
        outage.setattr(waiting, "take", away)
        assert go_on() == [False]
    (row,) = Reindexing.objects.all()
    assert reindexing.run(reindexing_id=row.pk, now=later() + reindexing.OUTAGE_PAUSE)
    assert len(told) == len(set(told)) == 4


def test_the_schedule_hands_it_to_a_worker(top, fill, monkeypatch):
    fill(f"{top}/mugs", 1)
    rename(f"{top}/mugs", "Beakerfolk")
    Reindexing.objects.update(due_at=clock.now())
    handed = []
    monkeypatch.setattr(tasks.reindex_products, "delay", lambda **given: handed.append(given))
    tasks.go_on_with_reindexing()
    tasks.reindex_products(**handed[0])
    assert len(handed) == 1
    assert found("beakerfolk")


@pytest.mark.django_db(transaction=True)
def test_of_many_workers_at_once_one_has_it(top, fill, told):
    fill(f"{top}/mugs", 3)
    rename(f"{top}/mugs", "Beakerfolk")
    (pk,) = reindexing.due(now=later())
    start = threading.Barrier(8)

    def work(_):
        start.wait(10)
        try:
            return reindexing.run(reindexing_id=pk, now=later())
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(work, range(8)))
    assert outcomes.count(True) == 1
    assert len(told) == 3
