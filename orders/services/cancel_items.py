"""Staff call off units that were not sent yet: they go back on the shelf, and their money back to the buyer."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from orders import fulfilment, stock
from orders.models import Order, OrderLine, OrderNote, Refund
from orders.services.cancel_order import CannotCancel
from orders.services.refund_items import promise_items
from orders.services.refund_order import NothingToRefund, settle_refund
from shopcloud.lib import guards, residency


class TooManyToCancel(CannotCancel):
    """More units of a line than are still to be sent."""

    def __init__(self, order: Order, *, sku: str, left: int):
        super().__init__(order)
        self.sku, self.left = sku, left

    def __str__(self) -> str:
        return _("Of %(sku)s, %(left)d can still be cancelled.") % {"sku": self.sku, "left": self.left}


class CancelAll(CannotCancel):
    """Nothing would be left of the order."""

    def __str__(self) -> str:
        return _("That is all there is in the order. Cancel the whole order instead.")


def cancel_items(*, order: Order, quantities: Mapping[str, int], now: datetime, author: Any = None) -> Refund | None:
    """Call off units (SKU -> how many) of a paid order that were not sent; returns their refund, None if free.

    An order whose other units were sent is FULFILLED by this. Raises CannotCancel and its finer kinds. Must be called
    outside of any transaction.
    """
    with residency.atomic(durable=True):
        refund = _cancel(order, {sku: n for sku, n in quantities.items() if n}, now, author)
    return settle_refund(refund_id=refund.pk, now=now) if refund else None


def _cancel(order: Order, quantities: Mapping[str, int], now: datetime, author: Any) -> Refund | None:
    held = Order.objects.select_for_update(of=("self",)).get(pk=order.pk)
    lines = {line.sku: line for line in held.lines.all()}
    if held.status != Order.Status.PAID or not quantities:
        raise CannotCancel(held)
    for sku, quantity in sorted(quantities.items()):
        _count(held, lines.get(sku), sku, quantity)
    if not OrderLine.objects.filter(order=held, cancelled__lt=F("quantity")).exists():
        raise CancelAll(held)
    # Units that were paid back while they waited are owed nothing more.
    owed = {sku: min(n, lines[sku].quantity - lines[sku].refunded) for sku, n in quantities.items()}
    try:
        refund = promise_items(order=held, quantities=owed, reason="items_cancelled", now=now, author=author)
    except NothingToRefund:
        refund = None
    OrderNote.write(
        order=held, text=gettext_noop("Some items were cancelled"), at=now, author=author, for_customer=True
    )
    fulfilment.settle(order=held, now=now)
    stock.take_back(order_number=held.number, quantities=quantities, now=now)
    return refund


def _count(order: Order, line: OrderLine | None, sku: str, quantity: int) -> None:
    if line is None or line.is_digital or quantity < 1:
        raise TooManyToCancel(order, sku=sku, left=0)
    row = OrderLine.objects.filter(pk=line.pk)
    if guards.stands("fulfilments.send"):
        row = row.filter(quantity__gte=F("fulfilled") + F("cancelled") + quantity)
    if not row.update(cancelled=F("cancelled") + quantity):
        raise TooManyToCancel(order, sku=sku, left=line.waiting)
