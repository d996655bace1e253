"""Collecting the money for an order: intent row, provider, result row; and the one place where an answer takes effect.

The provider is never called inside a transaction. Its answer may come by redirect, webhook or poll, in any order
and any number of times: `apply_outcome` gives it one effect.
"""

from datetime import datetime, timedelta

import structlog
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from orders import downloads, fulfilment, stock
from orders.events import OrderPaid, Purchased
from orders.models import Order, OrderLine, OrderNote, Payment
from orders.payments.gateway import GatewayRefused, GatewayUnavailable, Outcome, gateway
from orders.services.refund_order import request_refund
from shopcloud.lib import outbox

Status = Payment.Status
FREE = "free"
# Stored as they stand here, shown in the language of the page.
NEVER_ARRIVED = gettext_noop("The payment did not reach the provider.")
NO_ANSWER_YET = gettext_noop("The payment provider has not answered yet.")
REQUEST_REFUSED = gettext_noop("The payment provider refused the request.")
# An attempt the provider has never heard of is given up after this long; a buyer may start another one at once.
UNKNOWN_AFTER = timedelta(minutes=10)
log = structlog.get_logger()


class NotPayable(Exception):
    """The order is not waiting for a payment: it is paid already, or cancelled."""

    def __init__(self, order: Order):
        self.order = order
        super().__init__(order.number)

    def __str__(self) -> str:
        if self.order.status == Order.Status.CANCELLED:
            return _("This order was cancelled, so it cannot be paid. Your card was not charged.")
        return _("This order is already paid.")


def start_payment(*, order: Order, return_url: str, now: datetime, token: str | None = None) -> Payment:
    """Begin to collect `order.due`; returns the attempt as it stands after the provider's answer.

    CAPTURED or FAILED are final; REQUIRES_ACTION has a `redirect_url` for the buyer; PENDING means the provider has
    not answered yet, and the answer will be applied when it comes. An attempt that is still open is continued, so
    calling this twice charges once. Raises NotPayable. Must be called outside of any transaction.
    """
    payment = _intent(order=order, now=now)
    if payment.provider_reference:
        payment = refresh_payment(payment=payment, now=now)
        if payment.status != Status.FAILED:
            return payment
        payment = _intent(order=order, now=now)
    apply_outcome(payment_id=payment.pk, outcome=_ask(payment, return_url=return_url, token=token), now=now)
    payment.refresh_from_db()
    return payment


def refresh_payment(*, payment: Payment, now: datetime) -> Payment:
    """Ask the provider how an open payment stands and apply the answer. A provider that is away changes nothing."""
    if not payment.is_open:
        return payment
    try:
        outcome = gateway(payment.gateway).fetch(payment)
    except (GatewayUnavailable, GatewayRefused) as error:
        log.warning("payment.not_found_out", payment_id=payment.pk, error=str(error))
        return payment
    if outcome is None and payment.created_at < now - UNKNOWN_AFTER:
        outcome = Outcome(status=Status.FAILED, failure=NEVER_ARRIVED)
    if outcome is not None:
        apply_outcome(payment_id=payment.pk, outcome=outcome, now=now)
        payment.refresh_from_db()
    return payment


def poll_order(*, number: str, now: datetime) -> Order:
    """The order, after its newest payment was looked up at the provider. Raises Order.DoesNotExist."""
    order = Order.objects.get(number=number)
    payment = Payment.objects.select_related("order").filter(order=order).order_by("-attempt").first()
    if payment is not None:
        refresh_payment(payment=payment, now=now)
    return order


def reconcile_payments(*, now: datetime, older_than: timedelta = timedelta(minutes=1), limit: int = 200) -> int:
    """Ask the provider about open payments nobody has spoken of for a minute; returns how many were settled."""
    silent = Payment.objects.filter(status__in=Payment.OPEN, updated_at__lt=now - older_than)
    settled = 0
    for payment in silent.select_related("order").order_by("updated_at")[:limit]:
        settled += not refresh_payment(payment=payment, now=now).is_open
        # Those still open go to the end of the queue, or the oldest would keep the others from ever being asked.
        Payment.objects.filter(pk=payment.pk, status__in=Payment.OPEN).update(updated_at=now)
    return settled


@transaction.atomic
def apply_outcome(*, payment_id: int, outcome: Outcome, now: datetime) -> bool:
    """Give the provider's answer its one effect; False if an earlier answer already had it.

    A capture pays the order: stock is sold, downloads are granted, OrderPaid and Purchased recorded, in one
    transaction. A capture for an order that no longer wants it is given back.
    """
    # The order's row is the one lock: whoever pays, cancels or expires it takes it first.
    order = Order.objects.select_for_update(of=("self",)).get(payments=payment_id)
    payment = Payment.objects.get(pk=payment_id)
    payment.order = order
    if outcome.status == Status.CAPTURED:
        return _capture(payment=payment, order=order, outcome=outcome, now=now)
    moved = payment.move(
        origins=Payment.OPEN,
        status=outcome.status,
        provider_reference=outcome.reference or payment.provider_reference,
        redirect_url=outcome.redirect_url,
        failure=outcome.failure[:300],
        updated_at=now,
    )
    if moved and outcome.status == Status.FAILED:
        OrderNote.write(order=order, text=gettext_noop("Payment failed"), at=now, for_customer=True)
    return moved


def _intent(*, order: Order, now: datetime) -> Payment:
    """The attempt to work on: the open one, or a new one; committed before the provider hears of it."""
    with transaction.atomic(durable=True):
        locked = Order.objects.select_for_update().get(pk=order.pk)
        if locked.status != Order.Status.AWAITING_PAYMENT:
            raise NotPayable(locked)
        payment = Payment.objects.filter(order=locked, status__in=Payment.OPEN).order_by("-attempt").first()
        if payment is None:
            last = Payment.objects.filter(order=locked).aggregate(last=Max("attempt"))["last"] or 0
            payment = Payment.objects.create(
                order=locked,
                attempt=last + 1,
                gateway=gateway().name,
                amount=locked.due,
                currency=locked.currency,
                created_at=now,
                updated_at=now,
            )
    payment.order = locked
    return payment


def _ask(payment: Payment, *, return_url: str, token: str | None) -> Outcome:
    if payment.amount == 0:
        return Outcome(status=Status.CAPTURED, reference=FREE)
    try:
        return gateway(payment.gateway).start(payment, return_url=return_url, token=token)
    except GatewayUnavailable as error:
        log.warning("payment.no_answer", payment_id=payment.pk, error=str(error))
        return Outcome(status=Status.PENDING, failure=NO_ANSWER_YET)
    except GatewayRefused as error:
        log.error("payment.refused", payment_id=payment.pk, error=str(error))
        return Outcome(status=Status.FAILED, failure=REQUEST_REFUSED)


def _capture(*, payment: Payment, order: Order, outcome: Outcome, now: datetime) -> bool:
    is_wanted = order.status == Order.Status.AWAITING_PAYMENT
    moved = payment.move(
        # Money that moved is a fact, also where the attempt had been given up.
        origins=(*Payment.OPEN, Status.FAILED),
        status=Status.CAPTURED if is_wanted else Status.REFUND_DUE,
        provider_reference=outcome.reference or payment.provider_reference,
        redirect_url="",
        failure="",
        updated_at=now,
    )
    if not moved:
        return False
    if is_wanted:
        _pay(order=order, payment=payment, now=now)
    else:
        request_refund(payment=payment, amount=payment.amount, reason="order_closed", now=now)
        OrderNote.write(
            order=order, text=gettext_noop("A payment came too late and is being refunded"), at=now, for_customer=True
        )
    return True


def _pay(*, order: Order, payment: Payment, now: datetime) -> None:
    order.move_to(Order.Status.PAID, paid_at=now)
    lines = list(order.lines.all())
    OrderNote.write(order=order, text=gettext_noop("Payment received"), at=now, for_customer=True)
    downloads.grant_downloads(order=order, lines=lines, now=now)
    if any(line.is_digital for line in lines):
        fulfilment.deliver_downloads(order=order, now=now)
    outbox.record(OrderPaid(order_number=order.number, payment_id=payment.pk), _purchased(order, lines, now))
    # Stock last: a popular SKU's row stays locked until the commit.
    stock.sell(order_number=order.number, quantities=stock.quantities_of(lines), now=now)


def _purchased(order: Order, lines: list[OrderLine], now: datetime) -> Purchased:
    return Purchased(
        order_number=order.number,
        occurred_at=now.isoformat(),
        currency=order.currency,
        total=order.total,
        market=order.market,
        lines=[
            {
                "product_id": line.product_id,
                "sku": line.sku,
                "kind": line.kind,
                "quantity": line.quantity,
                "unit_price": line.unit_price,
                "total": line.total,
            }
            for line in lines
        ],
    )
