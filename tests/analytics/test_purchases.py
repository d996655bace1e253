"""Purchases in the lake: straight from the outbox, each counted once."""

import pytest

from analytics import services, store
from analytics.queries import ask_lake
from orders.events import Purchased
from shopcloud import subscriptions
from shopcloud.lib import clock, outbox

LINES = [
    {"sku": "LAMP-S", "product_id": "abc", "kind": "physical", "quantity": 2, "unit_price": 1000, "total": 2000},
    {
        "sku": "MUG",
        "product_id": "def",
        "kind": "physical",
        "quantity": 1,
        "unit_price": 500,
        "total": 500,
        "new_field": 1,
    },
]


def purchased(number: str = "SC-7K3F92QX", **changes) -> Purchased:
    given = {
        "occurred_at": "2026-11-20T23:30:00+00:00",
        "currency": "USD",
        "total": 2500,
        "market": "us",
        "lines": LINES,
    }
    return Purchased(order_number=number, **{**given, **changes})


def test_a_purchase_told_twice_is_counted_once():
    services.record_purchase(purchased())
    services.record_purchase(purchased())
    assert len(store.files("purchases/")) == 1
    assert ask_lake("SELECT count(*), sum(total), sum(items) FROM purchases").rows == ((1, 2500, 3),)


def test_a_purchase_told_again_after_its_day_was_merged_is_counted_once():
    for number in ("SC-1", "SC-2"):
        services.record_purchase(purchased(number))
    services.compact_lake(before=clock.now().date().replace(year=2100))
    services.record_purchase(purchased("SC-2"))
    assert ask_lake("SELECT count(*), sum(total) FROM purchases").rows == ((2, 5000),)


def test_the_lines_of_a_purchase_can_be_asked():
    services.record_purchase(purchased())
    sql = "SELECT line.sku, sum(line.quantity) FROM (SELECT unnest(lines) AS line FROM purchases) GROUP BY 1 ORDER BY 1"
    assert ask_lake(sql).rows == (("LAMP-S", 2), ("MUG", 1))


def test_a_purchase_lies_in_its_own_day_in_utc():
    services.record_purchase(purchased(occurred_at="2026-11-20T23:30:00-05:00"))
    assert store.files("purchases/")[0].key == "purchases/year=2026/month=11/day=21/SC-7K3F92QX.parquet"


@pytest.mark.django_db(transaction=True)
def test_the_outbox_keeps_a_purchase_until_the_lake_has_it(monkeypatch):
    outbox.record(purchased())

    def away(key, content):
        raise store.unavailable()

    monkeypatch.setattr(store, "put", away)
    outbox.relay(subscriptions=subscriptions.HANDLERS, now=clock.now())
    row = outbox.OutboxEvent.objects.get()
    assert row.relayed_at is None
    monkeypatch.undo()
    outbox.relay(subscriptions=subscriptions.HANDLERS, now=row.due_at)
    row.refresh_from_db()
    assert row.relayed_at is not None
    assert ask_lake("SELECT order_number FROM purchases").rows == (("SC-7K3F92QX",),)
