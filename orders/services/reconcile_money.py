"""Once a minute: whatever was asked of a provider and had no answer, and authorisations nobody needs any more."""

from datetime import datetime, timedelta

from django.db.models import F, QuerySet

from orders.models import Order, Payment, Refund
from orders.services.cancel_order import CancelReason, CannotCancel, cancel_order
from orders.services.capture_payment import reconcile_operations
from orders.services.pay_order import reconcile_payments
from orders.services.refund_order import ORDER_CLOSED, RefundTooLarge, reconcile_refunds, request_refund
from orders.services.request_operation import void_authorisations

# Money nobody may keep is offered to the card's bank this often, this far apart; then a person has to look.
REFUND_TRIES = 5
REFUND_AGAIN_AFTER = timedelta(hours=1)


def reconcile_money(*, now: datetime) -> None:
    """Every open question is asked once more; each step is bounded and safe beside a second run."""
    reconcile_payments(now=now)
    release_authorisations(now=now)
    return_unwanted(now=now)
    reconcile_operations(now=now)
    reconcile_refunds(now=now)


def release_authorisations(*, now: datetime, limit: int = 100) -> int:
    """Cancel orders whose authorisation ran out and void what is held for orders that are over; returns how many."""
    held = Payment.objects.filter(status=Payment.Status.AUTHORISED).select_related("order")
    ended = 0
    for payment in held.filter(authorised_until__lt=now, order__status=Order.Status.AWAITING_PAYMENT)[:limit]:
        try:
            cancel_order(
                order=payment.order,
                reason=CancelReason.NOT_CAPTURED,
                now=now,
                only_from=(Order.Status.AWAITING_PAYMENT,),
            )
        except CannotCancel:
            continue
        ended += 1
    for payment in held.exclude(order__status=Order.Status.AWAITING_PAYMENT)[:limit]:
        ended += void_authorisations(order=payment.order, now=now)
    return ended


def unwanted(*, now: datetime) -> QuerySet[Payment]:
    """Money that came too late and that a bank sent back an hour ago or more."""
    return Payment.objects.filter(
        status=Payment.Status.REFUND_DUE, refunded__lt=F("captured"), updated_at__lt=now - REFUND_AGAIN_AFTER
    )


def return_unwanted(*, now: datetime, limit: int = 100) -> int:
    """Ask once more for the return of money that came too late, where the bank sent it back; returns how many."""
    asked = 0
    for payment in unwanted(now=now).select_related("order").order_by("updated_at")[:limit]:
        if Refund.objects.filter(payment=payment, status=Refund.Status.FAILED).count() >= REFUND_TRIES:
            continue
        try:
            request_refund(payment=payment, amount=payment.left, reason=ORDER_CLOSED, now=now)
        except RefundTooLarge:
            continue
        asked += 1
    return asked
