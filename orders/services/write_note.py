"""Staff write on an order's timeline: for themselves, or for the customer, who may be mailed it as well."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from orders.events import MailRequested
from orders.models import Order, OrderNote
from shopcloud.lib import outbox, residency

LONGEST = 500


class BadNote(ValueError):
    """Empty or too long, or to be mailed about an order its customer does not know."""

    def __str__(self) -> str:
        return _("Write 1 to %(most)d characters. Of a draft the customer is told nothing.") % {"most": LONGEST}


@residency.atomic()
def write_note(
    *, order: Order, text: str, for_customer: bool, mailed: bool = False, now: datetime, author: Any = None
) -> OrderNote:
    """Add a note; `mailed` sends it to the customer too, who then also sees it on the order's page. Raises BadNote."""
    text = text.strip()
    hidden = not Order.shown().filter(pk=order.pk).exists()
    if not 1 <= len(text) <= LONGEST or (hidden and (for_customer or mailed)):
        raise BadNote
    note = OrderNote.objects.create(order=order, text=text, for_customer=for_customer or mailed, at=now, author=author)
    if mailed:
        outbox.record(MailRequested(order_number=order.number, kind="note", about=note.pk, occasion=""))
    return note
