"""Recorded events are delivered after commit, at least once, by any number of relays."""

from dataclasses import dataclass
from datetime import timedelta
from threading import Thread

import pytest
import redis
from django.db import connection, transaction
from django.test import override_settings
from kombu.exceptions import OperationalError as BrokerUnavailable

from shopcloud.lib import clock, outbox
from shopcloud.lib.events import Event
from shopcloud.lib.outbox import LEASE, MAX_ATTEMPTS, OUTAGE_PAUSE, OutboxEvent
from shopcloud.lib.resilience import TierUnavailable


@dataclass(frozen=True, kw_only=True)
class LampLit(Event):
    lamp: str


class Listener:
    """A handler that remembers, and can be told to fail."""

    __module__ = __qualname__ = "listener"

    def __init__(self, name: str = "listener", failures: int = 0) -> None:
        self.heard: list[str] = []
        self.__qualname__, self.failures = name, failures

    def __call__(self, event: LampLit) -> None:
        if self.failures:
            self.failures -= 1
            raise RuntimeError("the bulb is broken")
        self.heard.append(event.lamp)


def relay(*listeners: Listener, later: timedelta = timedelta()) -> int:
    return outbox.relay(subscriptions={LampLit: listeners}, now=clock.now() + later)


@pytest.mark.django_db
def test_a_recorded_event_reaches_every_listener_once():
    first, second = Listener("first"), Listener("second")
    outbox.record(LampLit(lamp="a"))
    assert [relay(first, second), relay(first, second)] == [1, 0]
    assert first.heard == second.heard == ["a"]


@pytest.mark.django_db
def test_an_event_is_handled_in_the_region_where_it_occurred_and_elsewhere_only_if_that_is_away():
    listener = Listener()
    with override_settings(AWS_REGION="eu-west-1"):
        outbox.record(LampLit(lamp="a"), LampLit(lamp="b"))
        OutboxEvent.objects.filter(payload__lamp="b").update(due_at=clock.now() + outbox.ELSEWHERE)
    assert relay(listener) == 0
    with override_settings(AWS_REGION="eu-west-1"):
        assert (relay(listener), listener.heard) == (1, ["a"])
    assert (relay(listener, later=2 * outbox.ELSEWHERE), listener.heard) == (1, ["a", "b"])


@pytest.mark.django_db
def test_where_each_home_has_a_database_its_relay_waits_for_nobody():
    with override_settings(AWS_REGION="eu-west-1"):
        outbox.record(LampLit(lamp="a"))
    with override_settings(HOMES={"us": "default", "eu": "home_eu"}):
        assert relay(Listener()) == 1


@pytest.mark.django_db
def test_an_event_of_the_release_before_is_handled_by_whoever_comes_first():
    outbox.record(LampLit(lamp="a"))
    OutboxEvent.objects.update(payload={"lamp": "a", "_origin": {"request_id": "r"}})
    assert relay(Listener()) == 1
    outbox.record(LampLit(lamp="b"))
    OutboxEvent.objects.filter(relayed_at=None).update(payload={"lamp": "b"})
    assert relay(Listener()) == 1


@pytest.mark.django_db(transaction=True)
def test_an_event_of_a_change_that_failed_is_never_delivered():
    listener = Listener()
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        outbox.record(LampLit(lamp="a"))
        raise ZeroDivisionError
    assert relay(listener) == 0


@pytest.mark.django_db
def test_after_a_failure_only_the_listener_that_failed_hears_the_event_again():
    good, bad = Listener("good"), Listener("bad", failures=1)
    outbox.record(LampLit(lamp="a"))
    relay(good, bad)
    assert "the bulb is broken" in OutboxEvent.objects.get().last_error
    relay(good, bad, later=timedelta(minutes=5))
    assert (good.heard, bad.heard) == (["a"], ["a"])
    assert OutboxEvent.objects.get().relayed_at is not None


@pytest.mark.django_db
def test_after_five_failures_an_event_is_a_dead_letter_until_somebody_retries_it():
    bad = Listener(failures=MAX_ATTEMPTS)
    outbox.record(LampLit(lamp="a"))
    for attempt in range(MAX_ATTEMPTS + 2):
        relay(bad, later=timedelta(hours=attempt))
    letter = OutboxEvent.objects.get()
    assert (letter.is_dead, letter.attempts) == (True, MAX_ATTEMPTS)
    letter.retry()
    relay(bad)
    assert bad.heard == ["a"]


@pytest.mark.django_db
def test_an_event_whose_relay_died_is_taken_over_when_its_lease_ends():
    listener = Listener()
    outbox.record(LampLit(lamp="a"))
    outbox._lease(now=clock.now(), limit=10)  # a relay takes the event and is killed
    assert relay(listener) == 0
    assert relay(listener, later=LEASE + timedelta(seconds=1)) == 1
    assert listener.heard == ["a"]


@pytest.mark.django_db
def test_an_event_of_a_newer_release_waits_as_a_dead_letter():
    outbox.record(LampLit(lamp="a"))
    OutboxEvent.objects.update(event_name="FromTheFuture")
    relay(Listener())
    assert "FromTheFuture" in OutboxEvent.objects.get().last_error


@pytest.mark.django_db(transaction=True)
def test_four_relays_at_once_deliver_each_of_200_events_once():
    listener = Listener()
    outbox.record(*(LampLit(lamp=str(n)) for n in range(200)))

    def work() -> None:
        try:
            while outbox.relay(subscriptions={LampLit: [listener]}, now=clock.now(), limit=7):
                pass
        finally:
            connection.close()

    relays = [Thread(target=work) for _ in range(4)]
    for thread in relays:
        thread.start()
    for thread in relays:
        thread.join(timeout=30)
    assert sorted(listener.heard, key=int) == [str(n) for n in range(200)]


@pytest.mark.django_db
@pytest.mark.parametrize("outage", [TierUnavailable("gone"), BrokerUnavailable("gone"), redis.ConnectionError("gone")])
def test_an_event_waits_an_outage_out_and_never_becomes_a_dead_letter(outage):
    def away(event: LampLit) -> None:
        raise outage

    outbox.record(LampLit(lamp="a"))
    later = timedelta()
    for _ in range(MAX_ATTEMPTS * 3):
        assert outbox.relay(subscriptions={LampLit: [away]}, now=clock.now() + later) == 1
        later += OUTAGE_PAUSE * 2
    row = OutboxEvent.objects.get()
    assert not row.is_dead and "gone" in row.last_error
    listener = Listener()
    relay(listener, later=later)
    assert listener.heard == ["a"]
