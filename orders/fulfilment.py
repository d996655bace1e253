"""How far an order's goods are: worked out from its lines' counters, never told by hand."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import F

from orders.models import Order, OrderLine

Status = Order.FulfilmentStatus


def status_of(lines: Iterable[OrderLine]) -> Order.FulfilmentStatus:
    """Where an order of these lines stands. Units that were called off are not waited for."""
    every = list(lines)
    sent = sum(line.fulfilled for line in every)
    back = sum(line.returned for line in every)
    if not sent:
        return Status.UNFULFILLED
    if any(line.waiting for line in every):
        return Status.PARTIALLY_FULFILLED
    if not back:
        return Status.FULFILLED
    return Status.RETURNED if back == sent else Status.PARTIALLY_RETURNED


def settle(*, order: Order, now: datetime) -> bool:
    """Bring an order's statuses up to its lines; True if everything is sent now. Needs the order's lock.

    A paid order becomes FULFILLED with its last physical unit; one of downloads alone stays PAID, so that it can be
    called off while they are not fetched.
    """
    lines = list(order.lines.all())
    status = status_of(lines)
    if status != order.fulfilment_status:
        order.move_fulfilment(status)
    is_complete = status not in (Status.UNFULFILLED, Status.PARTIALLY_FULFILLED)
    if is_complete and any(line.fulfilled for line in lines if not line.is_digital):
        order.move_to(Order.Status.FULFILLED, fulfilled_at=now)
    return is_complete


def deliver_downloads(*, order: Order, now: datetime) -> None:
    """Count an order's digital lines as sent: they are the buyer's from the payment on. Needs the order's lock."""
    order.lines.filter(kind="digital").update(fulfilled=F("quantity") - F("cancelled"))
    settle(order=order, now=now)
