"""What orders are promised: reserved, then sold or released once, and taken back as far as it was sold."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import F, Sum
from django.utils.translation import gettext as _

from orders.models import StockLevel, StockLocation, StockMovement, StockReservation
from orders.stock import statements
from orders.stock.statements import Changed
from orders.stock.telling import tell
from shopcloud.lib import guards, metrics

Reason = StockMovement.Reason
State = StockReservation.State


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


class NotReserved(LookupError):
    """The order does not hold these units, and did not settle them this way before."""

    def __str__(self) -> str:
        return f"{self.args[0]} holds no reservation of these units: it was settled in another way, or never made."


class NotSold(LookupError):
    """More units are to come back than the order still has of those it bought."""

    def __str__(self) -> str:
        return f"{self.args[0]} did not buy so many units, or some of them have come back already."


def reserve(
    *,
    order_number: str,
    quantities: Mapping[str, int],
    titles: Mapping[str, str],
    now: datetime,
    expires_at: datetime | None = None,
) -> None:
    """Promise units of physical SKUs to an order until `expires_at`: all of them, or OutOfStock and nothing.

    Each SKU comes from one place where one has enough, else from several, in the order of their priority. Needs a
    transaction. By default the promise holds for RESERVATION_MINUTES.
    """
    if not quantities:
        return
    until = expires_at or now + timedelta(minutes=settings.RESERVATION_MINUTES)
    statement = statements.RESERVE if guards.stands("stock.reserve") else statements.RESERVE_UNGUARDED
    asked = _asked(order_number, Reason.RESERVED, now, quantities) | {"expires_at": until}
    changed = statements.run(statement, asked)
    if not any(c.moved for c in changed.values()):
        metrics.STOCK_RACES_LOST.inc()
        raise _out_of_stock(quantities, titles, changed)
    tell(changed.values(), now=now)


def hold_until(*, order_number: str, until: datetime) -> None:
    """Keep what an order is promised until then: its payment is authorised, and it waits for the shop."""
    StockReservation.objects.filter(order_number=order_number, state=State.HELD).update(expires_at=until)


def release(*, order_number: str, quantities: Mapping[str, int], now: datetime) -> None:
    """Give an unpaid order's units back; a second call moves nothing. Needs a transaction. Raises NotReserved."""
    statement = statements.RELEASE if guards.stands("stock.release") else statements.RELEASE_UNGUARDED
    _settle(statement, order_number, quantities, State.RELEASED, Reason.RELEASED, now)


def sell(*, order_number: str, quantities: Mapping[str, int], now: datetime) -> None:
    """Turn an order's reserved units into sold ones; a second call moves nothing. Raises NotReserved.

    Availability does not move: the units were promised before.
    """
    statement = statements.SELL if guards.stands("stock.sell") else statements.SELL_UNGUARDED
    _settle(statement, order_number, quantities, State.SOLD, Reason.SOLD, now)


def take_back(
    *, order_number: str, quantities: Mapping[str, int], now: datetime, location: StockLocation | None = None
) -> None:
    """Put units an order bought back on the shelf, where they came from or at `location`: all of them, or NotSold.

    May be called again for the rest. Needs a transaction.
    """
    wanted = {sku: n for sku, n in quantities.items() if n > 0}
    if not wanted:
        return
    if location is not None:
        StockLevel.objects.bulk_create(
            (StockLevel(sku=sku, location=location, updated_at=now) for sku in sorted(wanted)), ignore_conflicts=True
        )
    statement = statements.TAKE_BACK if guards.stands("stock.take_back") else statements.TAKE_BACK_UNGUARDED
    asked = _asked(order_number, Reason.RETURNED, now, wanted) | {"place": location.pk if location else None}
    changed = statements.run(statement, asked)
    if not changed:
        raise NotSold(order_number)
    tell(changed.values(), now=now)


def still_out(order_number: str) -> dict[str, int]:
    """Units by SKU that the order bought and that have not come back on a shelf."""
    sold = StockReservation.objects.filter(order_number=order_number, state=State.SOLD, returned__lt=F("quantity"))
    return dict(sold.order_by().values_list("sku").annotate(Sum(F("quantity") - F("returned"))))


def _settle(
    statement: str,
    order_number: str,
    quantities: Mapping[str, int],
    state: StockReservation.State,
    reason: StockMovement.Reason,
    now: datetime,
) -> None:
    if not quantities:
        return
    asked = _asked(order_number, reason, now) | {"state": state.value}
    changed = statements.run(statement, asked)
    if {sku: c.moved for sku, c in changed.items()} != quantities:
        rows = StockReservation.objects.filter(order_number=order_number, state=state)
        if dict(rows.order_by().values_list("sku").annotate(Sum("quantity"))) != quantities:
            raise NotReserved(order_number)
    tell(changed.values(), now=now)


def _asked(
    order_number: str, reason: StockMovement.Reason, now: datetime, quantities: Mapping[str, int] | None = None
) -> dict[str, object]:
    wanted = statements.wanted((sku, None, n) for sku, n in sorted(quantities.items())) if quantities else {}
    return {"order": order_number, "reason": reason.value, "now": now, **wanted}


def _out_of_stock(
    quantities: Mapping[str, int], titles: Mapping[str, str], changed: Mapping[str, Changed]
) -> OutOfStock:
    left = {sku: max(changed[sku].before, 0) if sku in changed else 0 for sku in sorted(quantities)}
    sku = next((sku for sku, available in left.items() if available < quantities[sku]), min(left))
    return OutOfStock(sku=sku, title=titles.get(sku, sku), available=left[sku])
