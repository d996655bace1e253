"""Stock: who may have the last unit is decided by one conditional statement, never by a read before a write.

Every change writes the ledger, is pushed to open pages after commit, and records AvailabilityChanged when a SKU
crosses the line between buyable and sold out.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from orders.events import AvailabilityChanged
from orders.models import OrderLine, StockLevel, StockMovement
from shopcloud.lib import guards, outbox, realtime

Reason = StockMovement.Reason
MAX_ON_HAND = 1_000_000


class OutOfStock(Exception):
    """Fewer than wanted are left of `sku`; `available` says how many."""

    def __init__(self, *, sku: str, title: str, available: int):
        self.sku, self.title, self.available = sku, title, available
        super().__init__(sku)

    def __str__(self) -> str:
        if self.available:
            return _("Only %(left)d of %(title)s left. Lower the quantity to go on; your card was not charged.") % {
                "left": self.available,
                "title": self.title,
            }
        return _("%(title)s just sold out. Remove it to go on; your card was not charged.") % {"title": self.title}


class UnknownStock(LookupError):
    """The SKU has no stock level."""

    def __str__(self) -> str:
        return f"{self.args[0]} has no stock level yet. Set one with set_on_hand first."


class BadStock(ValueError):
    """A level that cannot be: negative, too large, or below what is promised to buyers; the message says which."""


@dataclass(frozen=True, slots=True)
class _Changed:
    sku: str
    product_id: str
    available: int
    before: int


def levels(skus: Iterable[str]) -> dict[str, StockLevel]:
    """The levels of `skus` in one query; a SKU without a level is absent (digital, or never received)."""
    wanted = list(skus)
    return StockLevel.objects.in_bulk(wanted) if wanted else {}


def quantities_of(lines: Iterable[OrderLine]) -> dict[str, int]:
    """Units by SKU of the lines that have stock; digital goods never run out."""
    return {line.sku: line.quantity for line in lines if not line.is_digital}


def reserve(*, order_number: str, quantities: Mapping[str, int], titles: Mapping[str, str], now: datetime) -> None:
    """Promise units of physical SKUs to an order: all of them, or OutOfStock and nothing. Needs a transaction."""
    _ledger(Reason.RESERVED, order_number, quantities, now)
    statement = _RESERVE if guards.stands("stock.reserve") else _RESERVE_UNGUARDED
    changed = _apply(statement, quantities, sign=-1, now=now)
    for sku in sorted(quantities):
        if sku not in changed:
            level = StockLevel.objects.filter(sku=sku).first()
            raise OutOfStock(sku=sku, title=titles.get(sku, sku), available=max(level.available, 0) if level else 0)
    _tell(changed.values())


def release(*, order_number: str, quantities: Mapping[str, int], now: datetime) -> None:
    """Give an unpaid order's units back. Needs a transaction; the ledger refuses a second call for the same order."""
    _ledger(Reason.RELEASED, order_number, quantities, now)
    _tell(_apply(_RELEASE, quantities, sign=1, now=now).values())


def sell(*, order_number: str, quantities: Mapping[str, int], now: datetime) -> None:
    """Turn an order's reserved units into sold ones. Availability does not move: they were promised before."""
    _ledger(Reason.SOLD, order_number, quantities, now)
    _apply(_SELL, quantities, sign=0, now=now)


def take_back(*, order_number: str, quantities: Mapping[str, int], now: datetime) -> None:
    """Put a paid order's units back on the shelf. Needs a transaction."""
    _ledger(Reason.RETURNED, order_number, quantities, now)
    _tell(_apply(_RECEIVE, quantities, sign=1, now=now).values())


@transaction.atomic
def receive(*, sku: str, quantity: int, now: datetime) -> int:
    """Add delivered units to a SKU that has a level; returns what is available. Raises UnknownStock, BadStock."""
    if not 1 <= quantity <= MAX_ON_HAND:
        raise BadStock(f"Receive 1 to {MAX_ON_HAND} units, not {quantity}.")
    changed = _apply(_RECEIVE, {sku: quantity}, sign=1, now=now)
    if sku not in changed:
        raise UnknownStock(sku)
    _ledger(Reason.RECEIVED, "", {sku: quantity}, now)
    _tell(changed.values())
    return changed[sku].available


@transaction.atomic
def set_on_hand(*, sku: str, product_id: str, on_hand: int, now: datetime) -> int:
    """Correct a SKU's level to what was counted, making the level if need be; returns what is available.

    Raises BadStock when `on_hand` is negative, too large, or less than what unpaid orders were promised.
    """
    if not 0 <= on_hand <= MAX_ON_HAND:
        raise BadStock(f"{sku}: {on_hand} on hand is not between 0 and {MAX_ON_HAND}.")
    level, is_new = StockLevel.objects.select_for_update().get_or_create(
        sku=sku, defaults={"product_id": product_id, "updated_at": now}
    )
    if on_hand < level.reserved:
        raise BadStock(f"{sku}: {level.reserved} are promised to unpaid orders, so {on_hand} cannot be on hand.")
    before, difference = level.available, on_hand - level.on_hand
    StockLevel.objects.filter(pk=sku).update(on_hand=on_hand, product_id=product_id, updated_at=now)
    if difference:
        _ledger(Reason.CORRECTED, "", {sku: difference}, now)
    available = on_hand - level.reserved
    # A SKU's first level is always told: until then nobody knew whether it can be bought.
    _tell([_Changed(sku=sku, product_id=product_id, available=available, before=before)], always=is_new)
    return available


def _ledger(reason: StockMovement.Reason, order_number: str, quantities: Mapping[str, int], now: datetime) -> None:
    StockMovement.objects.bulk_create(
        StockMovement(sku=sku, reason=reason, quantity=n, order_number=order_number, at=now)
        for sku, n in sorted(quantities.items())
    )


# The rows are locked in SKU order before any is changed: two checkouts sharing items would deadlock otherwise.
_STATEMENT = """
    WITH wanted AS (SELECT sku, n FROM jsonb_to_recordset(%(wanted)s::jsonb) AS w(sku text, n integer)),
         held AS (SELECT s.sku FROM orders_stocklevel s JOIN wanted USING (sku) ORDER BY s.sku FOR UPDATE OF s)
    UPDATE orders_stocklevel AS level SET {change}, updated_at = %(now)s
    FROM wanted JOIN held USING (sku)
    WHERE level.sku = wanted.sku {condition}
    RETURNING level.sku, level.product_id, level.on_hand - level.reserved, wanted.n
"""
_RESERVE = _STATEMENT.format(
    change="reserved = reserved + wanted.n", condition="AND level.on_hand - level.reserved >= wanted.n"
)
_RESERVE_UNGUARDED = _STATEMENT.format(change="reserved = reserved + wanted.n", condition="")
_RELEASE = _STATEMENT.format(change="reserved = reserved - wanted.n", condition="")
_SELL = _STATEMENT.format(change="on_hand = on_hand - wanted.n, reserved = reserved - wanted.n", condition="")
_RECEIVE = _STATEMENT.format(change="on_hand = on_hand + wanted.n", condition="")


def _apply(statement: str, quantities: Mapping[str, int], *, sign: int, now: datetime) -> dict[str, _Changed]:
    """Run one statement over all SKUs; `sign` is how availability moves. A SKU the condition refused is absent."""
    if not quantities:
        return {}
    wanted = json.dumps([{"sku": sku, "n": n} for sku, n in sorted(quantities.items())])
    with connection.cursor() as cursor:
        cursor.execute(statement, {"wanted": wanted, "now": now})
        rows: list[Any] = cursor.fetchall()
    return {
        sku: _Changed(sku=sku, product_id=product_id, available=available, before=available - sign * n)
        for sku, product_id, available, n in rows
    }


def _tell(changed: Iterable[_Changed], *, always: bool = False) -> None:
    """Record the SKUs that crossed zero in this transaction, and push every new figure after it commits."""
    moved = [c for c in changed if always or c.available != c.before]
    crossed = [c for c in moved if always or (c.available > 0) != (c.before > 0)]
    if crossed:
        outbox.record(
            *(AvailabilityChanged(product_id=c.product_id, sku=c.sku, in_stock=c.available > 0) for c in crossed)
        )
    for change in moved:
        message = {"sku": change.sku, "available": change.available}
        transaction.on_commit(partial(realtime.publish, f"stock:{change.sku}", message), robust=True)
