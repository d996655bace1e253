"""Everything that happened to an order in one list: who, what, when. For staff; customers see the notes for them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.utils.translation import gettext as _

from orders.models import (
    Fulfilment,
    Invoice,
    Mailing,
    Order,
    OrderNote,
    Payment,
    PaymentOperation,
    Refund,
    ReturnRequest,
)


class Source(StrEnum):
    NOTE = "note"
    PAYMENT = "payment"
    REFUND = "refund"
    MAIL = "mail"
    PARCEL = "parcel"
    RETURN = "return"
    DOCUMENT = "document"


@dataclass(frozen=True, slots=True)
class Entry:
    """`who` is a person's email, empty where the shop or the buyer did it; `seen` whether the customer sees it."""

    at: datetime
    source: Source
    text: str
    who: str = ""
    seen: bool = False


def timeline(order: Order) -> list[Entry]:
    """The order's events, oldest first: eight statements, however long it is."""
    sources = (_notes, _payments, _operations, _refunds, _mails, _parcels, _returns, _documents)
    return sorted((entry for source in sources for entry in source(order)), key=lambda entry: entry.at)


def _notes(order: Order) -> Iterator[Entry]:
    for note in OrderNote.objects.filter(order=order).select_related("author"):
        yield Entry(note.at, Source.NOTE, note.text, note.author.email if note.author else "", note.for_customer)


def _payments(order: Order) -> Iterator[Entry]:
    for payment in Payment.objects.filter(order=order):
        amount = order.money(payment.amount).format()
        named = {"attempt": payment.attempt, "gateway": payment.gateway, "amount": amount}
        yield Entry(payment.created_at, Source.PAYMENT, _("Attempt %(attempt)d by %(gateway)s over %(amount)s") % named)
        if payment.updated_at != payment.created_at:
            named |= {"status": payment.get_status_display(), "failure": payment.failure}
            text = _("Attempt %(attempt)d: %(status)s") % named
            yield Entry(payment.updated_at, Source.PAYMENT, f"{text}. {payment.failure}".rstrip(". "))


def _operations(order: Order) -> Iterator[Entry]:
    for done in PaymentOperation.objects.filter(payment__order=order).select_related("author"):
        text = f"{done.get_kind_display()}: {done.get_status_display()} {done.failure}".strip()
        yield Entry(done.settled_at or done.created_at, Source.PAYMENT, text, done.author.email if done.author else "")


def _refunds(order: Order) -> Iterator[Entry]:
    for refund in Refund.objects.filter(payment__order=order).select_related("author"):
        named = {"amount": order.money(refund.amount + refund.gift_card).format(), "reason": refund.reason}
        who = refund.author.email if refund.author else ""
        yield Entry(refund.created_at, Source.REFUND, _("Refund of %(amount)s asked for: %(reason)s") % named, who)
        if refund.settled_at:
            named |= {"status": refund.get_status_display(), "failure": refund.failure}
            text = _("Refund of %(amount)s: %(status)s %(failure)s") % named
            yield Entry(refund.settled_at, Source.REFUND, text.strip())


def _mails(order: Order) -> Iterator[Entry]:
    for mailing in Mailing.objects.filter(order=order):
        if mailing.sent_at:
            yield Entry(mailing.sent_at, Source.MAIL, _("Mail sent: %(kind)s") % {"kind": mailing.kind}, seen=True)
        else:
            named = {"kind": mailing.kind, "error": mailing.last_error or _("waiting")}
            yield Entry(mailing.due_at, Source.MAIL, _("Mail not sent yet: %(kind)s (%(error)s)") % named)


def _parcels(order: Order) -> Iterator[Entry]:
    for parcel in Fulfilment.objects.filter(order=order).select_related("author"):
        who = parcel.author.email if parcel.author else ""
        yield Entry(parcel.shipped_at, Source.PARCEL, _("Parcel sent: %(parcel)s") % {"parcel": parcel}, who, seen=True)


def _returns(order: Order) -> Iterator[Entry]:
    for request in ReturnRequest.objects.filter(order=order):
        named = {"number": request.pk, "status": request.get_status_display()}
        yield Entry(
            request.created_at, Source.RETURN, _("Return %(number)d asked for, now: %(status)s") % named, seen=True
        )


def _documents(order: Order) -> Iterator[Entry]:
    for document in Invoice.objects.filter(order=order):
        named = {"kind": document.get_kind_display(), "number": document.number}
        yield Entry(document.issued_at, Source.DOCUMENT, _("%(kind)s %(number)s issued") % named, seen=True)
