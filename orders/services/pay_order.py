"""Collecting the money for an order: intent row, provider, result row.

The provider is never called inside a transaction. Its answer may come by redirect, webhook or poll, in any order
and any number of times: `apply_outcome` gives it one effect.
"""

from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from orders.models import Order, Payment
from orders.payments.gateway import GatewayRefused, GatewayUnavailable, Outcome, gateway
from orders.services.apply_outcome import apply_outcome
from shopcloud.lib import observability, prepared, residency

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
    """The order is not waiting for a payment: it is paid or authorised already, or cancelled."""

    def __init__(self, order: Order):
        self.order = order
        super().__init__(order.number)

    def __str__(self) -> str:
        if self.order.status == Order.Status.CANCELLED:
            return _("This order was cancelled, so it cannot be paid. Your card was not charged.")
        if self.order.payment_status == Order.PaymentStatus.AUTHORISED:
            return _("The payment of this order is authorised already. It is charged when we send your order.")
        return _("This order is already paid.")


class NotOffered(ValueError):
    """The shop does not take payments by this gateway."""

    def __str__(self) -> str:
        return _("Pay with one of these: %(names)s.") % {"names": ", ".join(settings.PAYMENT_GATEWAYS)}


def start_payment(
    *,
    order: Order,
    return_url: str,
    now: datetime,
    token: str | None = None,
    attempt: int | None = None,
    via: str | None = None,
) -> Payment:
    """Begin to collect `order.due`; returns the attempt as it stands after the provider's answer.

    CAPTURED, AUTHORISED or FAILED are answers; REQUIRES_ACTION has a `redirect_url` for the buyer; PENDING means the
    provider has not answered yet, and the answer will be applied when it comes. An attempt that is still open is
    continued, so calling this twice charges once.

    `attempt` is the number the caller means: that attempt is begun or continued, or returned as it ended. So of two
    equal requests the slower one never begins another attempt with a card that was just declined. Without it, the
    open attempt is continued or the next one begun.

    `via` names the gateway the buyer chose; an attempt by another one is left behind, and should it be paid after all,
    one of the two is given back. Raises NotPayable, NotOffered. Must be called outside of any transaction.
    """
    if via is not None and via not in settings.PAYMENT_GATEWAYS:
        raise NotOffered(via)
    observability.told_about(order_number=order.number)
    payment = _begun(order, attempt) or _intent(order=order, now=now, attempt=attempt, via=via)
    if payment.provider_reference and payment.is_open:
        payment = refresh_payment(payment=payment, now=now)
        if payment.status == Status.FAILED and attempt is None:
            payment = _intent(order=order, now=now, attempt=payment.attempt + 1, via=via)
    if payment.provider_reference or not payment.is_open:
        return payment
    apply_outcome(payment_id=payment.pk, outcome=_ask(payment, return_url=return_url, token=token), now=now)
    return _afresh(payment)


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
        return _afresh(payment)
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


def _begun(order: Order, attempt: int | None) -> Payment | None:
    """The attempt of this number, where no row is to be written, so that nobody need wait for us: it has ended, or
    `order`, which was read a moment ago, may be paid."""
    found = prepared.select(Payment, order_id=order.pk, attempt=attempt) if attempt is not None else []
    if not found or (found[0].is_open and not _is_payable(order)):
        return None
    found[0].order = order
    return found[0]


def _intent(*, order: Order, now: datetime, attempt: int | None, via: str | None) -> Payment:
    """The attempt to work on, committed before the provider hears of it: the one called `attempt` or else the open
    one, where there is one, or a new one."""
    with residency.atomic(durable=True):
        (locked,) = prepared.select(Order, id=order.pk, lock=True)
        made = prepared.select(Payment, order_id=order.pk, order_by="-attempt")
        payment = next((one for one in made if one.attempt == attempt), None)
        if payment is None or payment.is_open:
            if not _is_payable(locked):
                raise NotPayable(locked)
            payment = payment or next((one for one in made if one.is_open and via in (None, one.gateway)), None)
        if payment is None:
            payment = Payment.intent(locked, attempt=made[0].attempt + 1 if made else 1, now=now, via=via)
            payment.save(force_insert=True)
    payment.order = locked
    return payment


def _is_payable(order: Order) -> bool:
    return order.status == Order.Status.AWAITING_PAYMENT and order.payment_status == Order.PaymentStatus.UNPAID


def _afresh(payment: Payment) -> Payment:
    (found,) = prepared.select(Payment, id=payment.pk)
    found.order = payment.order
    return found


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
