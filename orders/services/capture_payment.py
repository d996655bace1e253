"""Ending an authorisation: its money is captured, whole or in part, or let go."""

from datetime import datetime, timedelta
from typing import Any

import structlog
from django.utils.translation import gettext_noop

from orders.models import OrderNote, Payment, PaymentOperation
from orders.payments.gateway import GatewayRefused, GatewayUnavailable, gateway
from orders.services.apply_outcome import apply_outcome
from orders.services.request_operation import request_operation
from shopcloud.lib import observability, residency

Kind, Status = PaymentOperation.Kind, PaymentOperation.Status
log = structlog.get_logger()


def capture_payment(*, payment: Payment, now: datetime, amount: int | None = None, author: Any = None) -> Payment:
    """Take an authorised payment, or `amount` minor units of it and let the rest go; returns it as it stands then.

    AUTHORISED means that the provider has not answered yet: it is asked again until it does. Raises NotAuthorised,
    CaptureTooLarge. Must be called outside of any transaction.
    """
    with residency.atomic(durable=True):
        taken = payment.amount if amount is None else amount
        made = request_operation(payment=payment, kind=Kind.CAPTURE, amount=taken, now=now, author=author)
    return _settled(made, payment, now)


def void_payment(*, payment: Payment, now: datetime, author: Any = None) -> Payment:
    """Let an authorised payment go; its order waits for another one. Raises NotAuthorised. As `capture_payment`."""
    with residency.atomic(durable=True):
        made = request_operation(payment=payment, kind=Kind.VOID, now=now, author=author)
    return _settled(made, payment, now)


def settle_operation(*, operation_id: int, now: datetime) -> PaymentOperation:
    """Ask the provider for what was asked and apply its answer. Safe to call again: its key is the operation's."""
    operation = PaymentOperation.objects.select_related("payment__order").get(pk=operation_id)
    with observability.about(order_number=operation.payment.order.number):
        return _ask(operation, now)


def _ask(operation: PaymentOperation, now: datetime) -> PaymentOperation:
    if operation.status != Status.CREATED:
        return operation
    provider = gateway(operation.payment.gateway)
    ask = provider.capture if operation.kind == Kind.CAPTURE else provider.void
    try:
        outcome = ask(operation)
    except GatewayUnavailable as error:
        log.warning("operation.no_answer", operation_id=operation.pk, error=str(error))
        return operation
    except GatewayRefused as error:
        _refused(operation, error, now)
    else:
        apply_outcome(payment_id=operation.payment_id, outcome=outcome, now=now)
    operation.refresh_from_db()
    return operation


def reconcile_operations(*, now: datetime, older_than: timedelta = timedelta(minutes=1), limit: int = 100) -> int:
    """Ask again for captures and voids without an answer for a minute; returns how many are settled now."""
    waiting = PaymentOperation.objects.filter(status=Status.CREATED, created_at__lt=now - older_than)
    ids = list(waiting.order_by("created_at").values_list("pk", flat=True)[:limit])
    return sum(settle_operation(operation_id=pk, now=now).status != Status.CREATED for pk in ids)


def _settled(operation: PaymentOperation, payment: Payment, now: datetime) -> Payment:
    settle_operation(operation_id=operation.pk, now=now)
    payment.refresh_from_db()
    return payment


def _refused(operation: PaymentOperation, error: GatewayRefused, now: datetime) -> None:
    """The provider will not do it: either the authorisation has ended another way, or our request is wrong."""
    try:
        outcome = gateway(operation.payment.gateway).fetch(operation.payment)
    except (GatewayUnavailable, GatewayRefused) as unknown:
        log.warning("operation.not_found_out", operation_id=operation.pk, error=str(unknown))
        return
    if outcome is not None and outcome.status != Payment.Status.AUTHORISED:
        apply_outcome(payment_id=operation.payment_id, outcome=outcome, now=now)
    _fail(operation, str(error), now)


@residency.atomic()
def _fail(operation: PaymentOperation, failure: str, now: datetime) -> None:
    moved = PaymentOperation.objects.filter(pk=operation.pk, status=Status.CREATED).update(
        status=Status.FAILED, failure=failure[:300], settled_at=now
    )
    if moved:
        log.error("operation.refused", operation_id=operation.pk, kind=operation.kind, failure=failure)
        texts = {Kind.CAPTURE: gettext_noop("Capture refused"), Kind.VOID: gettext_noop("Void refused")}
        OrderNote.write(order=operation.payment.order, text=texts[Kind(operation.kind)], at=now)
