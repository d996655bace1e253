"""Giving money back: a guarded promise on the payment and an intent row, then the provider, then the result row."""

from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db import transaction
from django.db.models import F, Sum
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from orders import refunds
from orders.events import PaymentRefunded, RefundRequested
from orders.models import Order, OrderNote, Payment, Refund, ReturnRequest
from orders.payments.gateway import GatewayUnavailable, RefundOutcome, gateway
from orders.refunds import RefundTooLarge
from shopcloud.lib import guards, outbox

# Why money is given back that came for an order which no longer wanted it.
ORDER_CLOSED = "order_closed"
Status = Refund.Status
_MAY_BECOME = {
    Status.CREATED: (Status.CREATED,),
    Status.SUCCEEDED: (Status.CREATED,),
    Status.FAILED: (Status.CREATED, Status.SUCCEEDED),
}
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
        room = room.filter(refunded__lte=F("captured") - amount)
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
    apply_refund(refund_id=refund.pk, outcome=outcome, now=now)
    refund.refresh_from_db()
    return refund


def reconcile_refunds(*, now: datetime, older_than: timedelta = timedelta(minutes=1), limit: int = 100) -> int:
    """Ask again for refunds that have had no answer for a minute; returns how many are settled now."""
    waiting = Refund.objects.filter(status=Refund.Status.CREATED, created_at__lt=now - older_than)
    ids = list(waiting.order_by("created_at").values_list("pk", flat=True)[:limit])
    return sum(settle_refund(refund_id=pk, now=now).status != Refund.Status.CREATED for pk in ids)


def apply_refund(*, refund_id: int, outcome: RefundOutcome, now: datetime) -> bool:
    """Give the provider's answer about a refund its one effect; False if an earlier answer already had it.

    A refund may fail days after it succeeded, when the card's bank sends it back.
    """
    with transaction.atomic():
        order = Order.objects.select_for_update(of=("self",)).get(payments__refunds=refund_id)
        refund = Refund.objects.select_related("payment", "return_request").get(pk=refund_id)
        moved = Refund.objects.filter(pk=refund_id, status__in=_MAY_BECOME[outcome.status]).update(
            status=outcome.status,
            provider_reference=outcome.reference or refund.provider_reference,
            failure=outcome.failure[:300],
            settled_at=None if outcome.status == Status.CREATED else now,
        )
        if moved and outcome.status == Status.SUCCEEDED:
            _given_back(refund=refund, order=order, now=now)
        if moved and outcome.status == Status.FAILED:
            log.error("refund.refused", refund_id=refund.pk, failure=outcome.failure)
            _kept(refund=refund, order=order, now=now)
    return bool(moved)


def _given_back(*, refund: Refund, order: Order, now: datetime) -> None:
    payment = refund.payment
    if not Refund.objects.filter(payment=payment, status=Status.CREATED).exists():
        Payment.objects.filter(pk=payment.pk, status__in=Payment.HOLDS_MONEY, refunded=F("captured")).update(
            status=Payment.Status.REFUNDED, updated_at=now
        )
    _show_refunds(order)
    OrderNote.write(order=order, text=gettext_noop("Refunded"), at=now, for_customer=True)
    outbox.record(
        PaymentRefunded(order_number=order.number, refund_id=refund.pk, amount=refund.amount, currency=payment.currency)
    )


def _kept(*, refund: Refund, order: Order, now: datetime) -> None:
    """The money did not arrive: the promise is taken back, and the payment holds it again."""
    holds = Payment.Status.REFUND_DUE if refund.reason == ORDER_CLOSED else Payment.Status.CAPTURED
    payment = Payment.objects.filter(pk=refund.payment_id)
    payment.filter(status=Payment.Status.REFUNDED).update(status=holds)
    payment.update(refunded=F("refunded") - refund.amount, updated_at=now)
    _take_off(refund)
    _show_refunds(order)
    OrderNote.write(order=order, text=gettext_noop("Refund failed"), at=now)


def _show_refunds(order: Order) -> None:
    """Bring the order's payment status in line with what was given back of the money that paid it."""
    paid = Payment.objects.filter(order=order, status__in=(Payment.Status.CAPTURED, Payment.Status.REFUNDED))
    paid = paid.exclude(refunds__reason=ORDER_CLOSED)
    taken = paid.aggregate(sum=Sum("captured"))["sum"] or 0
    back = Refund.objects.filter(payment__in=paid, status=Status.SUCCEEDED).aggregate(sum=Sum("amount"))["sum"] or 0
    money = Order.PaymentStatus.PAID
    if back:
        money = Order.PaymentStatus.PARTIALLY_REFUNDED if back < taken else Order.PaymentStatus.REFUNDED
    Order.objects.filter(pk=order.pk, paid_at__isnull=False).update(payment_status=money)


def _take_off(refund: Refund) -> None:
    """A refund that the provider refused: its lines are owed again, and its return waits for its money again."""
    refunds.uncount(refund)
    if refund.return_request is not None:
        refund.return_request.owe_again()
