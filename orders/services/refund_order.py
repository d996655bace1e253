"""Giving money back: a guarded promise on the payment and an intent row, then the provider, then the result row."""

from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from orders.events import PaymentRefunded, RefundRequested
from orders.models import Order, OrderNote, Payment, Refund
from orders.payments.gateway import GatewayUnavailable, RefundOutcome, gateway
from shopcloud.lib import outbox

log = structlog.get_logger()


class NothingToRefund(Exception):
    """The order holds no captured money."""

    def __str__(self) -> str:
        return _("There is no captured payment left to refund on this order.")


class RefundTooLarge(Exception):
    """More was asked back than is left of the payment."""

    def __str__(self) -> str:
        return _("That is more than is left of the payment. Enter a smaller amount.")


def refund_order(*, order: Order, reason: str, now: datetime, amount: int | None = None, author: Any = None) -> Refund:
    """Give `amount` minor units of an order's payment back, by default all that is left; returns the Refund.

    CREATED means the provider has not answered yet: it is asked again until it does. Raises NothingToRefund,
    RefundTooLarge. Must be called outside of any transaction; inside one use `request_refund`.
    """
    with transaction.atomic(durable=True):
        payment = Payment.objects.filter(order=order, status=Payment.Status.CAPTURED).first()
        left = payment.amount - payment.refunded if payment else 0
        if payment is None or left <= 0:
            raise NothingToRefund
        refund = request_refund(payment=payment, amount=left if amount is None else amount, reason=reason, now=now)
        OrderNote.write(order=order, text=gettext_noop("Refund requested"), at=now, author=author)
    return settle_refund(refund_id=refund.pk, now=now)


@transaction.atomic
def refund_cancelled_order(*, order_number: str, now: datetime) -> Refund | None:
    """Promise back what a cancelled order was paid; None where it holds no money (any more)."""
    payment = (
        Payment.objects.select_related("order")
        .select_for_update(of=("self",))
        .filter(order__number=order_number, order__status=Order.Status.CANCELLED, status=Payment.Status.CAPTURED)
        .first()
    )
    if payment is None or payment.refunded == payment.amount:
        return None
    return request_refund(payment=payment, amount=payment.amount - payment.refunded, reason="order_cancelled", now=now)


def request_refund(*, payment: Payment, amount: int, reason: str, now: datetime) -> Refund:
    """Promise `amount` of `payment` back, in the caller's transaction; the provider is asked after it commits.

    Raises RefundTooLarge, also when another refund got there first.
    """
    room = Payment.objects.filter(
        pk=payment.pk, status__in=Payment.HOLDS_MONEY, refunded__lte=F("amount") - amount, amount__gt=0
    )
    if amount <= 0 or not room.update(refunded=F("refunded") + amount, updated_at=now):
        raise RefundTooLarge
    refund = Refund.objects.create(payment=payment, amount=amount, reason=reason[:200], created_at=now)
    outbox.record(RefundRequested(order_number=payment.order.number, refund_id=refund.pk))
    return refund


def settle_refund(*, refund_id: int, now: datetime) -> Refund:
    """Ask the provider for a promised refund and write down its answer. Safe to call again: its key is the refund's."""
    refund = Refund.objects.select_related("payment__order").get(pk=refund_id)
    if refund.status != Refund.Status.CREATED:
        return refund
    try:
        outcome = gateway(refund.payment.gateway).refund(refund)
    except GatewayUnavailable as error:
        log.warning("refund.no_answer", refund_id=refund.pk, error=str(error))
        return refund
    _conclude(refund=refund, outcome=outcome, now=now)
    refund.refresh_from_db()
    return refund


def reconcile_refunds(*, now: datetime, older_than: timedelta = timedelta(minutes=1), limit: int = 100) -> int:
    """Ask again for refunds that have had no answer for a minute; returns how many are settled now."""
    waiting = Refund.objects.filter(status=Refund.Status.CREATED, created_at__lt=now - older_than)
    ids = list(waiting.order_by("created_at").values_list("pk", flat=True)[:limit])
    return sum(settle_refund(refund_id=pk, now=now).status != Refund.Status.CREATED for pk in ids)


@transaction.atomic
def _conclude(*, refund: Refund, outcome: RefundOutcome, now: datetime) -> None:
    status = Refund.Status.SUCCEEDED if outcome.settled else Refund.Status.FAILED
    moved = Refund.objects.filter(pk=refund.pk, status=Refund.Status.CREATED).update(
        status=status, provider_reference=outcome.reference, failure=outcome.failure[:300], settled_at=now
    )
    if not moved:
        return
    payment, order = refund.payment, refund.payment.order
    if not outcome.settled:
        log.error("refund.refused", refund_id=refund.pk, failure=outcome.failure)
        Payment.objects.filter(pk=payment.pk).update(refunded=F("refunded") - refund.amount, updated_at=now)
        OrderNote.write(order=order, text=gettext_noop("Refund failed"), at=now)
        return
    _close_if_all_is_back(payment, now)
    OrderNote.write(order=order, text=gettext_noop("Refunded"), at=now, for_customer=True)
    outbox.record(
        PaymentRefunded(order_number=order.number, refund_id=refund.pk, amount=refund.amount, currency=payment.currency)
    )


def _close_if_all_is_back(payment: Payment, now: datetime) -> None:
    waiting = Refund.objects.filter(payment=payment, status=Refund.Status.CREATED)
    if not waiting.exists():
        Payment.objects.filter(pk=payment.pk, status__in=Payment.HOLDS_MONEY, refunded=F("amount")).update(
            status=Payment.Status.REFUNDED, updated_at=now
        )
