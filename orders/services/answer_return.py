"""Staff answer a return: approve it, or decline it with a reason the customer reads."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from orders.events import ReturnApproved, ReturnDeclined
from orders.models import Order, OrderNote, ReturnRequest
from orders.returns import free_units
from shopcloud.lib import outbox, residency

Status = ReturnRequest.Status


class ReturnMoved(Exception):
    """The return is no longer where this step begins: somebody else was first, or the customer withdrew it."""

    def __init__(self, request: ReturnRequest):
        self.request = request
        super().__init__(request.pk)

    def __str__(self) -> str:
        status = ReturnRequest.objects.get(pk=self.request.pk).get_status_display()
        return _("This return is %(status)s by now. Load the page again.") % {"status": str(status).lower()}


@residency.atomic()
def approve_return(*, request: ReturnRequest, now: datetime, author: Any = None) -> ReturnRequest:
    """Let the goods come; the customer is mailed the address. Raises ReturnMoved."""
    if not request.move_to(Status.APPROVED, decided_at=now):
        raise ReturnMoved(request)
    OrderNote.write(order=request.order, text=gettext_noop("Return approved"), at=now, author=author, for_customer=True)
    outbox.record(ReturnApproved(order_number=request.order.number, return_id=request.pk))
    return request


@residency.atomic()
def decline_return(*, request: ReturnRequest, answer: str, now: datetime, author: Any = None) -> ReturnRequest:
    """Refuse a return, also one whose goods never came; `answer` is mailed to the customer. Raises ReturnMoved."""
    # Another return of the order may be moving the same lines.
    Order.objects.select_for_update(of=("self",)).get(pk=request.order_id)
    if not request.move_to(Status.DECLINED, decided_at=now, closed_at=now, answer=answer.strip()[:300]):
        raise ReturnMoved(request)
    free_units(request)
    OrderNote.write(order=request.order, text=gettext_noop("Return declined"), at=now, author=author, for_customer=True)
    outbox.record(ReturnDeclined(order_number=request.order.number, return_id=request.pk))
    return request
