"""A paid order leaves the house: in one parcel, or in several that each have a tracking number of their own."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import structlog
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from orders import carriers, fulfilment
from orders.events import OrderShipped
from orders.models import Fulfilment, FulfilmentLine, Order, OrderLine, OrderNote
from shopcloud.lib import guards, outbox, residency

log = structlog.get_logger()


class CannotFulfil(Exception):
    """Only a paid order can be fulfilled."""

    def __init__(self, order: Order):
        self.order = order
        super().__init__(order.number)

    def __str__(self) -> str:
        return _("Order %(number)s is not paid, or was fulfilled or cancelled before.") % {"number": self.order.number}


class NothingToSend(CannotFulfil):
    """No unit was named, or none is left to send."""

    def __str__(self) -> str:
        return _("Choose at least one item that has not been sent yet.")


class UnknownCarrier(CannotFulfil):
    def __str__(self) -> str:
        return _("This carrier is not one of those the shop works with.")


class TooManyToSend(CannotFulfil):
    """More units of a line than are still to be sent."""

    def __init__(self, order: Order, *, sku: str, left: int):
        super().__init__(order)
        self.sku, self.left = sku, left

    def __str__(self) -> str:
        return _("Of %(sku)s, %(left)d can still be sent.") % {"sku": self.sku, "left": self.left}


@residency.atomic()
def send_items(
    *,
    order: Order,
    quantities: Mapping[str, int],
    now: datetime,
    carrier: str = "",
    tracking: str = "",
    author: Any = None,
) -> Fulfilment:
    """Send units (SKU -> how many) of a paid order in one parcel; the buyer is mailed about it.

    The order becomes FULFILLED with its last unit. Raises CannotFulfil, and its finer kinds NothingToSend,
    TooManyToSend and UnknownCarrier; then nothing is changed.
    """
    held = _held(order)
    lines = {line.sku: line for line in held.lines.all()}
    wanted = {sku: n for sku, n in quantities.items() if n}
    if not wanted or min(wanted.values()) < 0:
        raise NothingToSend(held)
    for sku in sorted(wanted):
        if sku not in lines or lines[sku].is_digital:
            raise TooManyToSend(held, sku=sku, left=0)
        _count(held, lines[sku], wanted[sku])
    return _parcel(held, [(lines[sku], n) for sku, n in sorted(wanted.items())], carrier, tracking, author, now)


@residency.atomic()
def fulfil_order(*, order: Order, now: datetime, carrier: str = "", tracking: str = "", author: Any = None) -> Order:
    """Send all that is left of a paid order in one parcel; downloads need none. Raises CannotFulfil."""
    held = _held(order)
    lines = list(held.lines.all())
    for line in lines:
        if line.waiting:
            _count(held, line, line.waiting)
    goods = [(line, line.waiting) for line in lines if line.waiting and not line.is_digital]
    if goods:
        _parcel(held, goods, carrier, tracking, author, now)
        return held
    fulfilment.settle(order=held, now=now)
    held.move_to(Order.Status.FULFILLED, fulfilled_at=now)
    OrderNote.write(order=held, text=gettext_noop("Fulfilled"), at=now, author=author, for_customer=True)
    return held


def _held(order: Order) -> Order:
    # The lock keeps a cancellation or a refund of the same units out until the parcel is written down.
    held = Order.objects.select_for_update(of=("self",)).get(pk=order.pk)
    if held.status != Order.Status.PAID:
        raise CannotFulfil(held)
    return held


def _count(order: Order, line: OrderLine, quantity: int) -> None:
    """Count units as sent, if so many are still waiting."""
    row = OrderLine.objects.filter(pk=line.pk)
    if guards.stands("fulfilments.send"):
        row = row.filter(quantity__gte=F("fulfilled") + F("cancelled") + quantity)
    if not row.update(fulfilled=F("fulfilled") + quantity):
        raise TooManyToSend(order, sku=line.sku, left=line.waiting)


def _parcel(
    order: Order,
    goods: list[tuple[OrderLine, int]],
    carrier: str,
    tracking: str,
    author: Any,
    now: datetime,
) -> Fulfilment:
    if carrier and carrier not in dict(carriers.CHOICES):
        raise UnknownCarrier(order)
    tracking = tracking.strip()[:120]
    parcel = Fulfilment.objects.create(order=order, carrier=carrier, tracking=tracking, author=author, shipped_at=now)
    FulfilmentLine.objects.bulk_create(
        FulfilmentLine(fulfilment=parcel, line=line, quantity=quantity) for line, quantity in goods
    )
    if tracking:
        Order.objects.filter(pk=order.pk).update(tracking=tracking)
        order.tracking = tracking
    is_complete = fulfilment.settle(order=order, now=now)
    OrderNote.write(order=order, text=_note(is_complete, tracking), at=now, author=author, for_customer=True)
    outbox.record(OrderShipped(order_number=order.number, fulfilment_id=parcel.pk))
    log.info("order.shipped", order_number=order.number, fulfilment_id=parcel.pk)
    return parcel


def _note(is_complete: bool, tracking: str) -> str:
    if not is_complete:
        return gettext_noop("Part of your order is on its way to you")
    return gettext_noop("On its way to you") if tracking else gettext_noop("Fulfilled")
