"""A mail that a customer lost is sent once more: whichever the order has had, as the order stands now."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from orders import review_mail
from orders.events import MailRequested
from orders.models import Mailing, Order, OrderNote
from shopcloud.lib import ids, outbox, residency

Status = Order.Status
# Mails that would no longer be true are not sent again.
_ONLY_WHILE: dict[str, tuple[str, ...]] = {
    "confirmation": (Status.PAID, Status.FULFILLED),
    "payment_request": (Status.AWAITING_PAYMENT,),
}


class CannotResend(Exception):
    """The order never had this mail, or what it says no longer holds."""

    def __str__(self) -> str:
        return _("This mail cannot be sent again as the order stands now.")


def mails_of(order: Order) -> list[Mailing]:
    """The mails that can be sent again, each kind and subject once, the newest first."""
    kept: dict[tuple[str, int | None], Mailing] = {}
    # What was said of a review holds at its moment only.
    for mailing in Mailing.objects.filter(order=order).exclude(kind__in=review_mail.KINDS).order_by("-pk"):
        if order.status in _ONLY_WHILE.get(mailing.kind, (order.status,)):
            kept.setdefault((mailing.kind, mailing.about), mailing)
    return list(kept.values())


@residency.atomic()
def resend_mail(*, order: Order, mailing_id: int, now: datetime, author: Any = None) -> Mailing:
    """Have a mail of this order's sent again, made anew. Raises CannotResend."""
    found = next((mailing for mailing in mails_of(order) if mailing.pk == mailing_id), None)
    if found is None:
        raise CannotResend
    OrderNote.write(order=order, text=f"Mail sent again: {found.kind}", at=now, author=author)
    outbox.record(MailRequested(order_number=order.number, kind=found.kind, about=found.about, occasion=ids.code(10)))
    return found
