"""Giving money back: a guarded promise on the payment and an intent row, then the provider, then the result row."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db.models import F, Sum
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from orders import gift_cards, refunds
from orders.events import PaymentRefunded, RefundRequested
from orders.models import Order, OrderNote, Payment, Refund, ReturnRequest
from orders.payments.gateway import GatewayUnavailable, RefundOutcome, gateway
from orders.refunds import RefundTooLarge
from shopcloud.lib import guards, observability, outbox, residency

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
    RefundTooLarge. Must be called outside of any transaction; inside one use `promise_refund`.
    """
    with residency.atomic(durable=True):
        held = Order.objects.select_for_update(of=("self",)).get(pk=order.pk)
        left = money_left(held)
        given = refunds.plan_of_all(held).within(left.total) if amount is None else None
        back = left.total if amount is None else amount
        refund = promise_refund(order=held, amount=back, reason=reason, now=now, given=given, author=author)
    return settle_refund(refund_id=refund.pk, now=now)


@residency.atomic()
def refund_cancelled_order(*, order_number: str, now: datetime) -> Refund | None:
    """Promise back what a cancelled order was paid; None where it holds no money (any more)."""
    held = Order.objects.select_for_update(of=("self",)).filter(number=order_number).first()
    if held is None or held.status != Order.Status.CANCELLED:
        return None
    try:
        left = money_left(held)
    except NothingToRefund:
        return None
    given = refunds.plan_of_all(held).within(left.total)
    return promise_refund(order=held, amount=left.total, reason="order_cancelled", now=now, given=given)


@dataclass(frozen=True, slots=True)
class Left:
    """What may still be given back of an order: `card` by its payment, `gift_card` onto the gift cards it used."""

    payment: Payment
    card: int
    gift_card: int

    @property
    def total(self) -> int:
        return self.card + self.gift_card


def money_left(order: Order) -> Left:
    """Raises NothingToRefund where an order holds no money (any more)."""
    held = (Payment.Status.CAPTURED, Payment.Status.REFUNDED)
    payment = Payment.objects.filter(order=order, status__in=held).order_by("status", "attempt").first()
    if payment is None:
        raise NothingToRefund
    payment.order = order
    card = payment.left if payment.status == Payment.Status.CAPTURED else 0
    left = Left(payment, card, gift_cards.held_by(order) if order.gift_card else 0)
    if left.total <= 0:
        raise NothingToRefund
    return left


def promise_refund(
    *,
    order: Order,
    amount: int,
    reason: str,
    now: datetime,
    given: refunds.Plan | None = None,
    return_request: ReturnRequest | None = None,
    author: Any = None,
) -> Refund:
    """Promise `amount` back as it was paid, the card's money first, in the transaction that holds the order's lock.

    `given` says what it is for; without it, or beyond it, the money is goodwill. Raises NothingToRefund,
    RefundTooLarge and its finer kinds. What went onto gift cards is theirs at once, also if the provider refuses.
    """
    # Staff write freely, but this word marks money that never was the order's.
    said = "order closed" if reason.strip() == ORDER_CLOSED else reason
    left = money_left(order)
    gift_card = max(0, amount - left.card) if left.gift_card else 0
    refund = request_refund(
        payment=left.payment, amount=amount - gift_card, gift_card=gift_card, reason=said, now=now, given=given
    )
    Refund.objects.filter(pk=refund.pk).update(return_request=return_request, author=author)
    note = gettext_noop("Refund requested")
    OrderNote.write(order=order, text=note, at=now, author=author)
    return refund


def request_refund(
    *,
    payment: Payment,
    amount: int,
    reason: str,
    now: datetime,
    gift_card: int = 0,
    given: refunds.Plan | None = None,
) -> Refund:
    """Promise `amount` of `payment` back, in the caller's transaction; the provider is asked after it commits.

    `gift_card` more goes onto the order's gift cards. Raises RefundTooLarge and its finer kinds, also when another
    refund got there first.
    """
    if amount < 0 or amount + gift_card <= 0 or not _take(payment, amount, now):
        raise RefundTooLarge
    refund = Refund.objects.create(
        payment=payment,
        amount=amount,
        gift_card=gift_card,
        reason=reason[:200],
        shipping=(given.shipping or 0) if given else 0,
        shipping_tax=given.shipping_tax if given else 0,
        created_at=now,
    )
    if given is not None:
        refunds.count(refund, given, order=payment.order, now=now)
    if gift_card:
        reference = f"refund-{refund.pk}"
        back = gift_cards.give_back(order=payment.order, reference=reference, amount=gift_card, now=now)
        if back != gift_card:
            raise RefundTooLarge
    outbox.record(RefundRequested(order_number=payment.order.number, refund_id=refund.pk))
    return refund


def _take(payment: Payment, amount: int, now: datetime) -> bool:
    """Promise `amount` of what the payment holds; False where so much is not left."""
    if not amount:
        return True
    room = Payment.objects.filter(pk=payment.pk, status__in=Payment.HOLDS_MONEY)
    if guards.stands("refunds.request"):
        room = room.filter(refunded__lte=F("captured") - amount)
    return bool(room.update(refunded=F("refunded") + amount, updated_at=now))


def settle_refund(*, refund_id: int, now: datetime) -> Refund:
    """Ask the provider for a promised refund and write down its answer. Safe to call again: its key is the refund's."""
    refund = Refund.objects.select_related("payment__order").get(pk=refund_id)
    with observability.about(order_number=refund.payment.order.number):
        return _settle(refund, now)


def _settle(refund: Refund, now: datetime) -> Refund:
    if refund.status != Refund.Status.CREATED:
        return refund
    try:
        # What went onto gift cards alone concerns no provider.
        onto_gift_cards = RefundOutcome(status=Status.SUCCEEDED)
        outcome = gateway(refund.payment.gateway).refund(refund) if refund.amount else onto_gift_cards
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
    with residency.atomic():
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
        PaymentRefunded(order_number=order.number, refund_id=refund.pk, amount=refund.total, currency=payment.currency)
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
    if order.gift_card:
        taken, back = taken + order.gift_card, back + order.gift_card - gift_cards.held_by(order)
    money = Order.PaymentStatus.PAID
    if back:
        money = Order.PaymentStatus.PARTIALLY_REFUNDED if back < taken else Order.PaymentStatus.REFUNDED
    Order.objects.filter(pk=order.pk, paid_at__isnull=False).update(payment_status=money)


def _take_off(refund: Refund) -> None:
    """A refund that the provider refused: its lines are owed again, and its return waits for its money again."""
    refunds.uncount(refund)
    if refund.return_request is not None:
        refund.return_request.owe_again()
