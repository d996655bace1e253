"""How an authorisation is to end: the intent rows of captures and voids, written in the transaction that decides."""

from datetime import datetime
from typing import Any

from django.db import IntegrityError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from orders.events import OperationRequested
from orders.models import Order, Payment, PaymentOperation
from shopcloud.lib import outbox, residency

Kind, Status = PaymentOperation.Kind, PaymentOperation.Status
ENDED_OTHERWISE = gettext_noop("The authorisation ended another way first.")


class NotAuthorised(Exception):
    """The payment holds no authorised money, or it is being captured or voided already."""

    def __str__(self) -> str:
        return _("This payment is not authorised any more, or its capture or void is already under way.")


class CaptureTooLarge(Exception):
    """More was to be taken than the card's bank had promised."""

    def __str__(self) -> str:
        return _("Enter an amount above zero and no larger than what was authorised.")


@residency.atomic()
def request_operation(
    *, payment: Payment, kind: PaymentOperation.Kind, now: datetime, amount: int = 0, author: Any = None
) -> PaymentOperation:
    """Write down that an authorised payment is to be captured (`amount` minor units) or voided.

    The provider is asked after the commit. Raises NotAuthorised, also when another request came first, and
    CaptureTooLarge.
    """
    if kind == Kind.CAPTURE and not 0 < amount <= payment.amount:
        raise CaptureTooLarge
    # The order's row is the one lock of its money.
    Order.objects.select_for_update(of=("self",)).get(pk=payment.order_id)
    if not Payment.objects.filter(pk=payment.pk, status=Payment.Status.AUTHORISED).exists():
        raise NotAuthorised
    try:
        with residency.atomic():
            operation = PaymentOperation.objects.create(
                payment=payment, kind=kind, amount=amount, author=author, created_at=now
            )
    except IntegrityError as error:
        if "authorisation_ends_once" not in str(error):
            raise
        raise NotAuthorised from None
    outbox.record(OperationRequested(order_number=payment.order.number, operation_id=operation.pk))
    return operation


def void_authorisations(*, order: Order, now: datetime, author: Any = None) -> int:
    """Let go of what is held on cards for an order, in the caller's transaction; returns how many will be voided.

    One that is being captured is left: what is taken for an order that does not want it is given back.
    """
    held = Payment.objects.filter(order=order, status=Payment.Status.AUTHORISED)
    voided = 0
    for payment in held.exclude(operations__status__in=(Status.CREATED, Status.SUCCEEDED)):
        payment.order = order
        request_operation(payment=payment, kind=Kind.VOID, now=now, author=author)
        voided += 1
    return voided


def end_operations(*, payment: Payment, kind: PaymentOperation.Kind, now: datetime) -> None:
    """The provider has said how the authorisation ended: write the result of what was asked for."""
    asked = PaymentOperation.objects.filter(payment=payment, status=Status.CREATED)
    asked.filter(kind=kind).update(status=Status.SUCCEEDED, settled_at=now)
    asked.exclude(kind=kind).update(status=Status.FAILED, failure=ENDED_OTHERWISE, settled_at=now)
