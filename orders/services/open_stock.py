"""First stock levels for SKUs that have none: an import or a demo catalog may bring thousands."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError

from orders.events import AvailabilityChanged
from orders.models import StockItem, StockLevel, StockMovement
from orders.stock import MAX_ON_HAND, BadStock, main_location
from shopcloud.lib import outbox, residency

AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class FirstCount:
    """`shown_in_stock` is what the catalog says of the SKU; where it is wrong, the catalog hears of it."""

    sku: str
    product_id: str
    on_hand: int
    shown_in_stock: bool


def open_stock(*, counts: Iterable[FirstCount], now: datetime) -> int:
    """Make the stock that is missing, in the main place; a SKU that has some keeps it. Returns how many were made.

    Raises BadStock.
    """
    by_sku = {count.sku: count for count in counts}
    for count in by_sku.values():
        if not 0 <= count.on_hand <= MAX_ON_HAND:
            raise BadStock(f"{count.sku}: {count.on_hand} on hand is not between 0 and {MAX_ON_HAND}.")
    waiting = [by_sku[sku] for sku in sorted(by_sku)]
    return sum(_open(waiting[start : start + AT_ONCE], now) for start in range(0, len(waiting), AT_ONCE))


def _open(counts: list[FirstCount], now: datetime) -> int:
    try:
        return _open_missing(counts, now)
    except IntegrityError:
        # Another process opened one of them between our look and our insert: look again, and leave it its level.
        return _open_missing(counts, now)


@residency.atomic()
def _open_missing(counts: list[FirstCount], now: datetime) -> int:
    existing = set(StockItem.objects.filter(sku__in=[c.sku for c in counts]).values_list("sku", flat=True))
    fresh = [count for count in counts if count.sku not in existing]
    place = main_location()
    StockItem.objects.bulk_create(_item(c, now) for c in fresh)
    StockLevel.objects.bulk_create(
        StockLevel(sku=c.sku, location=place, on_hand=c.on_hand, updated_at=now) for c in fresh
    )
    StockMovement.objects.bulk_create(
        StockMovement(sku=c.sku, location=place, reason=StockMovement.Reason.CORRECTED, quantity=c.on_hand, at=now)
        for c in fresh
        if c.on_hand
    )
    wrong = [c for c in fresh if c.shown_in_stock != (c.on_hand > 0)]
    outbox.record(*(AvailabilityChanged(product_id=c.product_id, sku=c.sku, in_stock=c.on_hand > 0) for c in wrong))
    return len(fresh)


def _item(count: FirstCount, now: datetime) -> StockItem:
    item = StockItem(sku=count.sku, product_id=count.product_id)
    if count.on_hand <= item.low_at:
        item.low_since = now
    return item
