"""The one place where a provider's answer takes effect, whichever way it comes, in any order, any number of times."""

from datetime import datetime

import structlog
from django.utils.translation import gettext_noop

from orders import downloads, fulfilment, stock
from orders.events import OrderPaid, Purchased
from orders.models import Order, OrderLine, OrderNote, Payment, PaymentOperation
from orders.payments.gateway import AUTHORISATION_LASTS, Outcome
from orders.services.refund_order import ORDER_CLOSED, request_refund
from orders.services.request_operation import end_operations, request_operation
from shopcloud.lib import observability, outbox, prepared, residency

log = structlog.get_logger()

Status, MoneyStatus = Payment.Status, Order.PaymentStatus
# Money that moved is a fact, also where the attempt had been given up.
_MAY_CAPTURE = (*Payment.OPEN, Status.AUTHORISED, Status.FAILED, Status.VOIDED)
_MAY_AUTHORISE = (*Payment.OPEN, Status.FAILED)


@residency.atomic()
def apply_outcome(*, payment_id: int, outcome: Outcome, now: datetime) -> bool:
    """Give the provider's answer its one effect; False if an earlier answer already had it.

    A capture pays the order: stock is sold, downloads are granted, OrderPaid and Purchased recorded, in one
    transaction. A capture for an order that no longer wants it is given back, an authorisation voided.
    """
    # The order's row is the one lock: whoever pays, cancels or expires it takes it first.
    (known,) = prepared.select(Payment, id=payment_id)
    (order,) = prepared.select(Order, id=known.order_id, lock=True)
    # Read again: while we waited for the lock, another answer may have had its effect.
    (payment,) = prepared.select(Payment, id=payment_id)
    payment.order = order
    with observability.about(order_number=order.number):
        return _apply(payment=payment, order=order, outcome=outcome, now=now)


def _apply(*, payment: Payment, order: Order, outcome: Outcome, now: datetime) -> bool:
    if outcome.status == Status.CAPTURED:
        return _capture(payment=payment, order=order, outcome=outcome, now=now)
    if outcome.status == Status.AUTHORISED:
        return _authorise(payment=payment, order=order, outcome=outcome, now=now)
    if outcome.status == Status.VOIDED and payment.status == Status.AUTHORISED:
        return _void(payment=payment, order=order, now=now)
    return _note_down(payment=payment, order=order, outcome=outcome, now=now)


def _capture(*, payment: Payment, order: Order, outcome: Outcome, now: datetime) -> bool:
    is_wanted = order.status == Order.Status.AWAITING_PAYMENT
    moved = payment.move(
        origins=_MAY_CAPTURE,
        status=Status.CAPTURED if is_wanted else Status.REFUND_DUE,
        captured=payment.amount if outcome.captured is None else outcome.captured,
        provider_reference=outcome.reference or payment.provider_reference,
        redirect_url="",
        failure="",
        updated_at=now,
    )
    if not moved:
        return False
    # Only of what was authorised can a capture or a void have been asked.
    if payment.authorised_until is not None:
        end_operations(payment=payment, kind=PaymentOperation.Kind.CAPTURE, now=now)
    if is_wanted:
        _pay(order=order, payment=payment, now=now)
        log.info("order.paid", gateway=payment.gateway, attempt=payment.attempt)
    else:
        if order.payment_status == MoneyStatus.AUTHORISED:
            _show(order, MoneyStatus.UNPAID)
        request_refund(payment=payment, amount=payment.captured, reason=ORDER_CLOSED, now=now)
        OrderNote.write(
            order=order, text=gettext_noop("A payment came too late and is being refunded"), at=now, for_customer=True
        )
    return True


def _authorise(*, payment: Payment, order: Order, outcome: Outcome, now: datetime) -> bool:
    is_wanted = (order.status, order.payment_status) == (Order.Status.AWAITING_PAYMENT, MoneyStatus.UNPAID)
    moved = payment.move(
        origins=_MAY_AUTHORISE,
        status=Status.AUTHORISED,
        authorised_until=now + AUTHORISATION_LASTS,
        provider_reference=outcome.reference or payment.provider_reference,
        redirect_url="",
        failure="",
        updated_at=now,
    )
    if not moved:
        return False
    if is_wanted:
        _show(order, MoneyStatus.AUTHORISED)
        stock.hold_until(order_number=order.number, until=now + AUTHORISATION_LASTS)
        OrderNote.write(order=order, text=gettext_noop("Payment authorised"), at=now, for_customer=True)
    else:
        request_operation(payment=payment, kind=PaymentOperation.Kind.VOID, now=now)
    return True


def _void(*, payment: Payment, order: Order, now: datetime) -> bool:
    if not payment.move(origins=(Status.AUTHORISED,), status=Status.VOIDED, updated_at=now):
        return False
    end_operations(payment=payment, kind=PaymentOperation.Kind.VOID, now=now)
    if order.payment_status == MoneyStatus.AUTHORISED and not order.payments.filter(status=Status.AUTHORISED).exists():
        _show(order, MoneyStatus.UNPAID)
        text = gettext_noop("The authorised payment was released; nothing was charged")
        OrderNote.write(order=order, text=text, at=now, for_customer=True)
    return True


def _note_down(*, payment: Payment, order: Order, outcome: Outcome, now: datetime) -> bool:
    """An answer that moves no money."""
    status = Status.FAILED if outcome.status == Status.VOIDED else outcome.status
    moved = payment.move(
        origins=Payment.OPEN,
        status=status,
        provider_reference=outcome.reference or payment.provider_reference,
        redirect_url=outcome.redirect_url,
        failure=outcome.failure[:300],
        updated_at=now,
    )
    if moved and status == Status.FAILED:
        OrderNote.write(order=order, text=gettext_noop("Payment failed"), at=now, for_customer=True)
    return moved


def _show(order: Order, money: Order.PaymentStatus) -> None:
    Order.objects.filter(pk=order.pk).update(payment_status=money)
    order.payment_status = money


def _pay(*, order: Order, payment: Payment, now: datetime) -> None:
    order.move_to(Order.Status.PAID, paid_at=now, payment_status=MoneyStatus.PAID)
    lines = prepared.select(OrderLine, order_id=order.pk)
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
