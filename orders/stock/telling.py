"""Who hears of a change of stock: the catalog, the staff, and every open page."""

from collections.abc import Iterable
from datetime import datetime
from functools import partial
from typing import Any

from orders.events import AvailabilityChanged, LowStock
from orders.models import StockItem
from orders.stock.statements import Changed
from shopcloud.lib import outbox, realtime, residency
from shopcloud.lib.events import Event

_RUN_LOW = """
    UPDATE orders_stockitem SET low_since = %s WHERE sku = ANY(%s) AND low_since IS NULL RETURNING sku
"""


def tell(changed: Iterable[Changed], *, now: datetime, is_first: bool = False) -> None:
    """Record in this transaction what crossed a line, and push every new figure after it commits.

    A SKU's first level is always told: until then nobody knew whether it can be bought.
    """
    moved = [c for c in changed if is_first or c.after != c.before]
    events: list[Event] = [
        AvailabilityChanged(product_id=c.product_id, sku=c.sku, in_stock=c.after > 0, at=now.isoformat())
        for c in moved
        if is_first or (c.after > 0) != (c.before > 0)
    ]
    events += _low_stock(moved, now)
    if events:
        outbox.record(*events)
    if moved:
        messages = {f"stock:{c.sku}": {"sku": c.sku, "available": c.after, "version": c.version} for c in moved}
        residency.on_commit(partial(realtime.publish, messages), robust=True)


def _low_stock(moved: list[Changed], now: datetime) -> list[Event]:
    """Mark what runs low from now on, and what no longer does; the events of those that fell to their threshold."""
    # What the snapshot says of `low_since` may be old, the figures are not: the guarded updates settle the rest.
    risen = [c.sku for c in moved if c.after > c.low_at and (c.was_low or c.before <= c.low_at)]
    if risen:
        StockItem.objects.filter(pk__in=risen, low_since__isnull=False).update(low_since=None)
    low = {c.sku: c for c in moved if c.after <= c.low_at and (not c.was_low or c.before > c.low_at)}
    if not low:
        return []
    with residency.connection().cursor() as cursor:
        cursor.execute(_RUN_LOW, [now, sorted(low)])
        rows: list[Any] = cursor.fetchall()
    fallen = [low[sku] for (sku,) in sorted(rows) if low[sku].before > low[sku].low_at]
    return [LowStock(product_id=c.product_id, sku=c.sku, available=c.after, low_at=c.low_at) for c in fallen]
