"""Writes of the lake."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from analytics import compaction, shipping, store
from analytics.compaction import Compacted
from analytics.shipping import Shipment
from analytics.store import LakeUnavailable
from analytics.tables import PURCHASES, TABLES, to_parquet
from orders.events import Purchased

__all__ = [
    "Compacted",
    "LakeUnavailable",
    "Shipment",
    "compact_lake",
    "create_bucket",
    "record_purchase",
    "ship_clicks",
]

_LINE_FIELDS = tuple(field.name for field in PURCHASES.columns.field("lines").type.value_type)


def create_bucket() -> None:
    """Make the lake's bucket if it is missing."""
    store.create_bucket()


def ship_clicks(*, now: datetime) -> Shipment:
    """Move what the stream holds into the lake. Safe to run in several workers, and again."""
    return shipping.ship(now=now)


def compact_lake(*, before: date) -> list[Compacted]:
    """Merge every day that ended before `before` into one file a table."""
    return [done for table in TABLES.values() for done in compaction.compact(table, before=before)]


def record_purchase(event: Purchased) -> None:
    """Write a purchase into the lake, as a file of its own named by the order.

    Straight from the outbox to S3: a purchase must not pass through Redis, which may lose it. The outbox keeps the
    event until S3 has taken the file, and a repeat overwrites it. Compaction merges the files of a day.
    """
    occurred_at = datetime.fromisoformat(event.occurred_at).astimezone(UTC)
    lines = [_line(line) for line in event.lines]
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


def _line(line: Mapping[str, Any]) -> dict[str, Any]:
    return {name: line.get(name) for name in _LINE_FIELDS}
