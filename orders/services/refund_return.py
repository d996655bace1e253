"""What came back is paid back."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_noop

from orders.models import Order, OrderNote, Refund, ReturnRequest
from orders.services.answer_return import ReturnMoved
from orders.services.refund_items import promise_items
from orders.services.refund_order import NothingToRefund, settle_refund
from shopcloud.lib import residency


def refund_return(
    *, request: ReturnRequest, now: datetime, shipping: bool = False, author: Any = None
) -> Refund | None:
    """Give back the exact share of the units that came, if wanted with the order's shipping; returns the Refund.

    None where their money was given back before: the return is closed without any. Raises ReturnMoved,
    ShippingRefunded. Must be called outside of any transaction.
    """
    with residency.atomic(durable=True):
        order = Order.objects.select_for_update(of=("self",)).get(pk=request.order_id)
        if not request.move_to(ReturnRequest.Status.REFUNDED, closed_at=now):
            raise ReturnMoved(request)
        refund = _promise(order, request, shipping, now, author)
    return settle_refund(refund_id=refund.pk, now=now) if refund else None


def _promise(order: Order, request: ReturnRequest, shipping: bool, now: datetime, author: Any) -> Refund | None:
    came = {part.line.sku: part for part in request.lines.select_related("line")}
    owed = {sku: min(part.received or 0, part.line.quantity - part.line.refunded) for sku, part in came.items()}
    try:
        return promise_items(
            order=order,
            quantities=owed,
            shipping=shipping,
            reason=f"return {request.pk}",
            now=now,
            author=author,
            return_request=request,
        )
    except NothingToRefund:
        text = gettext_noop("Return closed: its money was given back before")
        OrderNote.write(order=order, text=text, at=now, author=author, for_customer=True)
        return None
