"""An order that nobody pays gives its units back to others."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Exists, OuterRef, QuerySet

from orders.models import Order, StockReservation
from orders.services.cancel_order import CancelReason, CannotCancel, cancel_order


def expire_unpaid_orders(*, now: datetime, limit: int = 500) -> int:
    """Cancel up to `limit` unpaid orders whose reservations have expired, or that reserved nothing and are as old as
    a reservation lasts; returns how many. Money that comes later is given back by the payment's own rules."""
    expired = 0
    for order in [*_out_of_time(now)[:limit], *_without_stock(now)[:limit]][:limit]:
        try:
            cancel_order(order=order, reason=CancelReason.UNPAID, now=now, only_from=(Order.Status.AWAITING_PAYMENT,))
        except CannotCancel:
            continue
        expired += 1
    return expired


def _unpaid() -> QuerySet[Order]:
    return Order.objects.filter(
        status=Order.Status.AWAITING_PAYMENT, payment_status=Order.PaymentStatus.UNPAID
    ).order_by("placed_at")


def _out_of_time(now: datetime) -> QuerySet[Order]:
    held = StockReservation.objects.filter(state=StockReservation.State.HELD, expires_at__lt=now)
    return _unpaid().filter(number__in=held.values("order_number"))


def _without_stock(now: datetime) -> QuerySet[Order]:
    """Orders of downloads alone; one that staff made waits as long as they promised."""
    held = StockReservation.objects.filter(order_number=OuterRef("number"), state=StockReservation.State.HELD)
    old = now - timedelta(minutes=settings.RESERVATION_MINUTES)
    return _unpaid().filter(~Exists(held), placed_at__lt=old).exclude(draft__pay_until__gt=now)
