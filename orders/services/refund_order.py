"""Giving money back: a guarded promise on the payment and an intent row, then the provider, then the result row."""

from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from orders import refunds
from orders.events import PaymentRefunded, RefundRequested
from orders.models import Order, OrderNote, Payment, Refund, ReturnRequest
from orders.payments.gateway import GatewayUnavailable, RefundOutcome, gateway
from orders.refunds import RefundTooLarge
from shopcloud.lib import guards, outbox

log = structlog.get_logger()


class NothingToRefund(Exception):
    """The order holds no captured money."""

    def __str__(self) -> str:
        return _("There is no captured payment left to refund on this order.")


def refund_order(*, order: Order, reason: str, now: datetime, amount: int | None = None, author: Any = None) -> Refund:
    """Give `amount` minor units of an order's payment back, by default all that is left; returns the Refund.

    CREATED means the provider has not answered yet: it is asked again until it does. Raises NothingToRefund,
    RefundTooLarge. Must be called outside of any transaction; inside one use `request_refund`.
    """
    with transaction.atomic(durable=True):
        held = Order.objects.select_for_update(of=("self",)).get(pk=order.pk)
        payment = captured_payment(held)
        given = refunds.plan_of_all(held).within(payment.left) if amount is None else None
        back = payment.left if amount is None else amount
        refund = request_refund(payment=payment, amount=back, reason=reason, now=now, given=given, author=author)
    return settle_refund(refund_id=refund.pk, now=now)


def captured_payment(order: Order) -> Payment:
    """The payment that holds an order's money. Raises NothingToRefund where none of it is left."""
    payment = Payment.objects.filter(order=order, status=Payment.Status.CAPTURED).first()
    if payment is None or payment.left <= 0:
        raise NothingToRefund
    payment.order = order
    return payment


@transaction.atomic
def refund_cancelled_order(*, order_number: str, now: datetime) -> Refund | None:
    """Promise back what a cancelled order was paid; None where it holds no money (any more)."""
    held = Order.objects.select_for_update(of=("self",)).filter(number=order_number).first()
    if held is None or held.status != Order.Status.CANCELLED:
        return None
    try:
        payment = captured_payment(held)
    except NothingToRefund:
        return None
    given = refunds.plan_of_all(held).within(payment.left)
    return request_refund(payment=payment, amount=payment.left, reason="order_cancelled", now=now, given=given)


def request_refund(
    *,
    payment: Payment,
    amount: int,
    reason: str,
    now: datetime,
    given: refunds.Plan | None = None,
    return_request: ReturnRequest | None = None,
    author: Any = None,
) -> Refund:
    """Promise `amount` of `payment` back, in the caller's transaction; the provider is asked after it commits.

    `given` says what it is for; without it, or beyond it, the money is goodwill. Raises RefundTooLarge and its finer
    kinds, also when another refund got there first.
    """
    room = Payment.objects.filter(pk=payment.pk, status__in=Payment.HOLDS_MONEY)
    if guards.stands("refunds.request"):
        room = room.filter(refunded__lte=F("amount") - amount)
    if amount <= 0 or not room.update(refunded=F("refunded") + amount, updated_at=now):
        raise RefundTooLarge
    refund = Refund.objects.create(
        payment=payment,
        amount=amount,
        reason=reason[:200],
        shipping=(given.shipping or 0) if given else 0,
        shipping_tax=given.shipping_tax if given else 0,
        return_request=return_request,
        author=author,
        created_at=now,
    )
    if given is not None:
        refunds.count(refund, given, order=payment.order, now=now)
    if author is not None:
        OrderNote.write(order=payment.order, text=gettext_noop("Refund requested"), at=now, author=author)
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
        _take_off(refund)
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


def _take_off(refund: Refund) -> None:
    """A refund that the provider refused: its lines are owed again, and its return waits for its money again."""
    refunds.uncount(refund)
    if refund.return_request is not None:
        refund.return_request.owe_again()
