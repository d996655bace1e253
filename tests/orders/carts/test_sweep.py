"""A hundred thousand carts fall due at once: they are forgotten in bounded batches, by several workers, in time."""

import itertools
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from orders.carts import mirror, store, sweep
from orders.carts.cart import CartNotFound
from orders.models import SavedCart
from shopcloud.lib import redis

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
LINE = {"sku": "X", "product_id": "x", "quantity": 1, "price": None, "currency": None}


def carts_due(number: int) -> None:
    """So many carts whose time is over, written past the scripts for speed."""
    expired = store.ms(NOW) - 1000
    for first in range(0, number, 10_000):
        ids = [f"old{n}" for n in range(first, min(first + 10_000, number))]
        pipe = redis.store().pipeline(transaction=False)
        for cart_id in ids:
            pipe.hset(store.key(cart_id), mapping={"v": 1, "m": "us", "e": expired})
        pipe.zadd(store.expiries(), dict.fromkeys(ids, expired))
        pipe.execute()


def test_a_hundred_thousand_carts_are_swept_well_within_the_tasks_time(monkeypatch):
    carts_due(100_000)
    store.create(cart_id="young", market="us", now=NOW)
    batches = []
    one = sweep.sweep
    monkeypatch.setattr(sweep, "sweep", lambda **told: batches.append(one(**told)) or batches[-1])
    assert sweep.sweep_for(now=NOW, seconds=60) == 100_000
    assert max(batches) == 500
    assert redis.store().zcard(store.expiries()) == 1
    assert store.read("young").version
    with pytest.raises(CartNotFound):
        store.read("old99999")


def test_a_sweep_stops_when_its_time_is_over_and_the_next_goes_on(monkeypatch):
    carts_due(1_200)
    ticks = itertools.count(step=0.4)
    with monkeypatch.context() as patch:
        # Begins at 0.0, looks at 0.4 and 0.8, and finds its second over at 1.2.
        patch.setattr(sweep, "time", SimpleNamespace(monotonic=lambda: next(ticks)))
        first = sweep.sweep_for(now=NOW, seconds=1)
    assert first == 1_000
    assert sweep.sweep_for(now=NOW, seconds=60) == 200


@pytest.mark.django_db
def test_a_persons_cart_is_remembered_longer_and_what_they_saved_for_good(make_person):
    old, saver, recent = (make_person(f"p{n}@example.com") for n in range(3))
    for person, saved, days in ((old, [], 91), (saver, [LINE], 91), (recent, [], 89)):
        SavedCart.objects.create(
            user=person,
            cart_id=person.email,
            market="us",
            lines=[LINE],
            saved=saved,
            updated_at=NOW - timedelta(days=days),
        )
    assert mirror.forget_untouched(before=NOW - timedelta(days=90)) == 2
    assert mirror.forget_untouched(before=NOW - timedelta(days=90)) == 0
    kept = {cart.user_id: (cart.lines, cart.saved) for cart in SavedCart.objects.all()}
    assert kept == {saver.pk: ([], [LINE]), recent.pk: ([LINE], [])}
