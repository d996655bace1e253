"""Numbering invoices and credit notes: without gaps, each document once.

The counter is moved in the transaction that writes the document. Its row stays locked until the commit, so numbers are
given out in the order in which documents exist, and a transaction that fails gives its number back.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import IntegrityError
from django.utils import translation
from django.utils.translation import gettext as _

from orders.invoices.contents import invoice_contents
from orders.invoices.credits import credit_note_contents
from orders.models import Invoice, InvoiceSeries, Order, Refund
from shopcloud.lib import guards, residency

_PREFIX = {Invoice.Kind.INVOICE: "INV", Invoice.Kind.CREDIT_NOTE: "CN"}
_NEXT = """
    INSERT INTO orders_invoiceseries AS series (name, last) VALUES (%s, 1)
    ON CONFLICT (name) DO UPDATE SET last = series.last + 1 RETURNING last
"""


class NothingToInvoice(Exception):
    """The order was never paid."""

    def __str__(self) -> str:
        return _("There is no invoice yet: it is made when the payment arrives.")


def issue_invoice(*, order_number: str, now: datetime) -> Invoice:
    """The order's invoice, made and numbered on the first call. Raises NothingToInvoice, Order.DoesNotExist."""
    order = Order.objects.get(number=order_number)
    made = Invoice.objects.select_related("order").filter(order=order, kind=Invoice.Kind.INVOICE).first()
    if made is not None:
        return made
    if order.paid_at is None:
        raise NothingToInvoice
    with translation.override(order.language):
        contents = invoice_contents(order, issued_at=now)
    try:
        return _number(kind=Invoice.Kind.INVOICE, order=order, now=now, say=lambda: contents)
    except IntegrityError as error:
        if "invoice_once_per_order" not in str(error):
            raise
        # Somebody else asked at the same moment; our number went back with the transaction.
        return Invoice.objects.select_related("order").get(order=order, kind=Invoice.Kind.INVOICE)


def issue_credit_note(*, refund_id: int, now: datetime) -> Invoice | None:
    """The credit note of a refund that went through, made and numbered on the first call.

    None where nothing was invoiced: money that came too late for its order goes back as it came.
    """
    refund = Refund.objects.select_related("payment__order").get(pk=refund_id)
    order = refund.payment.order
    if refund.status != Refund.Status.SUCCEEDED or order.paid_at is None:
        return None
    invoice = issue_invoice(order_number=order.number, now=now)
    with residency.atomic(), translation.override(order.language):
        # One credit note of an order at a time: each sees what the others left of the invoice.
        Order.objects.select_for_update(of=("self",)).get(pk=order.pk)
        made = Invoice.objects.select_related("order").filter(refund=refund).first()
        if made is not None:
            return made
        return _number(
            kind=Invoice.Kind.CREDIT_NOTE,
            order=order,
            refund=refund,
            now=now,
            say=lambda: credit_note_contents(refund, invoice=invoice, issued_at=now),
        )


@residency.atomic()
def _number(
    *, kind: Invoice.Kind, order: Order, now: datetime, say: Callable[[], dict[str, Any]], refund: Refund | None = None
) -> Invoice:
    contents = say()
    series = f"{_PREFIX[kind]}{residency.mark()}-{now.year}"
    # Late: everybody who issues waits for this row until we commit.
    sequence = _next(series)
    return Invoice.objects.create(
        order=order,
        kind=kind,
        refund=refund,
        series_id=series,
        sequence=sequence,
        total=contents["total"],
        tax=contents["tax"],
        contents=contents,
        issued_at=now,
    )


def _next(series: str) -> int:
    if not guards.stands("issue_invoice.number"):
        return _next_unguarded(series)
    with residency.connection().cursor() as cursor:
        cursor.execute(_NEXT, [series])
        return int(cursor.fetchone()[0])


def _next_unguarded(series: str) -> int:
    """What a control run does: read the counter, then write it."""
    counter = InvoiceSeries.objects.get_or_create(name=series)[0]
    InvoiceSeries.objects.filter(pk=series).update(last=counter.last + 1)
    return counter.last + 1
