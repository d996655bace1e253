"""From the stream to the lake: nothing lost, nothing counted twice."""

from datetime import timedelta

import pytest

from analytics import services, shipping, store
from analytics.capture import FIELD, stream_key
from analytics.queries import ask_lake
from analytics.shipping import GROUP
from shopcloud.lib import redis
from tests.analytics.clicks import NOON, click, recorded

COUNT = "SELECT count(*) FROM clickstream"


def counted() -> int:
    return ask_lake(COUNT).rows[0][0]


def test_clicks_become_rows_of_their_day():
    made = recorded(10, search_terms="oak lamp", value=2)
    late = click(minutes=24 * 60)
    redis.store().xadd(stream_key(), {FIELD: late.to_json()})
    shipment = services.ship_clicks(now=NOON)
    assert (shipment.clicks, shipment.files, shipment.rejected) == (11, 2, 0)
    assert [file.key.rpartition("/")[0] for file in store.files("clickstream/")] == [
        "clickstream/year=2026/month=11/day=20",
        "clickstream/year=2026/month=11/day=21",
    ]
    row = ask_lake("SELECT event_id, search_terms, value, day FROM clickstream ORDER BY occurred_at LIMIT 1").rows[0]
    assert row == (made[0].event_id, "oak lamp", 2, 20)


def test_what_was_shipped_has_left_the_stream():
    recorded(5)
    services.ship_clicks(now=NOON)
    assert redis.store().xlen(stream_key()) == 0
    assert services.ship_clicks(now=NOON).clicks == 0
    assert redis.store().xinfo_consumers(stream_key(), GROUP) == []


def test_many_batches_are_drained_in_one_run():
    recorded(250)
    assert shipping.ship(now=NOON, batch=40).clicks == 250
    assert counted() == 250


def test_a_worker_killed_between_upload_and_acknowledgement_loses_and_doubles_nothing(monkeypatch):
    recorded(30)

    class Killed(BaseException):
        pass

    def die(entry_ids):
        raise Killed

    monkeypatch.setattr(shipping, "_acknowledge", die)
    with pytest.raises(Killed):
        shipping.ship(now=NOON)
    monkeypatch.undo()
    recorded(3)
    # Another worker takes the abandoned entries over, in batches of another size: other files with the same events.
    monkeypatch.setattr(shipping.os, "getpid", lambda: 424242)
    assert shipping.ship(now=NOON, abandoned_ms=0, batch=7).clicks == 33
    assert len(store.files("clickstream/")) > 2
    assert counted() == 33


def test_entries_of_a_living_worker_are_not_taken_from_it():
    recorded(4)
    shipping._make_group()
    redis.store().xreadgroup(GROUP, "busy-worker", {stream_key(): ">"}, count=4)
    assert services.ship_clicks(now=NOON).clicks == 0


def test_the_lake_being_away_keeps_the_clicks_in_the_stream(monkeypatch):
    recorded(6)

    def away(key, content):
        raise store.unavailable()

    monkeypatch.setattr(store, "put", away)
    with pytest.raises(services.LakeUnavailable):
        services.ship_clicks(now=NOON)
    monkeypatch.undo()
    assert shipping.ship(now=NOON, abandoned_ms=0).clicks == 6
    assert counted() == 6


def test_entries_that_cannot_be_read_are_set_aside_and_stop_nothing():
    recorded(2)
    for raw in (b"junk", b"{}", b'{"event_id":"x","event_type":"page_view","occurred_at":"2026-11-20T12:00:00+00:00"}'):
        redis.store().xadd(stream_key(), {FIELD: raw})
    redis.store().xadd(stream_key(), {"other": "field"})
    shipment = services.ship_clicks(now=NOON + timedelta(days=1))
    assert (shipment.clicks, shipment.rejected) == (2, 4)
    (aside,) = store.files("clickstream_rejected/")
    assert aside.key.startswith("clickstream_rejected/year=2026/month=11/day=21/")
    assert b"junk" in store.read(aside.key, 0, 1000)
    assert counted() == 2
