"""Writes of the lake. What makes its files takes 50 MB of memory, so that only those load it who make some: workers."""

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from analytics import store
from analytics.store import LakeUnavailable
from orders.events import Purchased

if TYPE_CHECKING:
    from analytics.compaction import Compacted
    from analytics.shipping import Shipment

__all__ = [
    "LakeUnavailable",
    "compact_lake",
    "create_bucket",
    "record_purchase",
    "ship_clicks",
]


def create_bucket() -> None:
    """Make the lake's bucket if it is missing."""
    store.create_bucket()


def ship_clicks(*, now: datetime) -> "Shipment":
    """Move what the stream holds into the lake. Safe to run in several workers, and again."""
    from analytics import shipping

    return shipping.ship(now=now)


def compact_lake(*, before: date) -> "list[Compacted]":
    """Merge every day that ended before `before` into one file a table."""
    from analytics import compaction
    from analytics.tables import TABLES

    return [done for table in TABLES.values() for done in compaction.compact(table, before=before)]


def record_purchase(event: Purchased) -> None:
    """Write a purchase into the lake, as a file of its own named by the order.

    Straight from the outbox to S3: a purchase must not pass through Redis, which may lose it. The outbox keeps the
    event until S3 has taken the file, and a repeat overwrites it. Compaction merges the files of a day.
    """
    from analytics.tables import LINE_FIELDS, PURCHASES, to_parquet

    occurred_at = datetime.fromisoformat(event.occurred_at).astimezone(UTC)
    lines = [{name: line.get(name) for name in LINE_FIELDS} for line in event.lines]
    row = {
        "event_id": event.order_number,
        "order_number": event.order_number,
        "occurred_at": occurred_at,
        "market": event.market,
        "currency": event.currency,
        "total": event.total,
        "items": sum(line["quantity"] or 0 for line in lines),
        "lines": lines,
    }
    store.put(f"{PURCHASES.folder(occurred_at.date())}{event.order_number}.parquet", to_parquet(PURCHASES, [row]))
