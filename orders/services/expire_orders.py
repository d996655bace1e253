"""An order that nobody pays gives its units back to others."""

from datetime import datetime, timedelta

from orders.models import Order
from orders.services.cancel_order import CancelReason, CannotCancel, cancel_order

PATIENCE = timedelta(minutes=30)


def expire_unpaid_orders(*, now: datetime, limit: int = 500) -> int:
    """Cancel up to `limit` orders unpaid for half an hour, oldest first; returns how many. Money that comes later is
    given back by the payment's own rules."""
    due = Order.objects.filter(
        status=Order.Status.AWAITING_PAYMENT,
        payment_status=Order.PaymentStatus.UNPAID,
        placed_at__lt=now - PATIENCE,
    )
    expired = 0
    for order in due.order_by("placed_at")[:limit]:
        try:
            cancel_order(order=order, reason=CancelReason.UNPAID, now=now, only_from=(Order.Status.AWAITING_PAYMENT,))
        except CannotCancel:
            continue
        expired += 1
    return expired
