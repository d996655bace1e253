"""The one thing a mail tells of, where an order may have several: a parcel, a refund, a return."""

from typing import Any

from django.conf import settings

from orders.models import Fulfilment, Order, OrderLine, Refund, ReturnRequest


def context(
    order: Order,
    *,
    refund_id: int | None = None,
    fulfilment_id: int | None = None,
    return_id: int | None = None,
) -> dict[str, Any]:
    """What the templates say of it; nothing of another order's is ever found."""
    if refund_id is not None:
        return _refund(order, Refund.objects.get(pk=refund_id, payment__order=order))
    if fulfilment_id is not None:
        return _parcel(Fulfilment.objects.get(pk=fulfilment_id, order=order))
    if return_id is not None:
        return _return(ReturnRequest.objects.get(pk=return_id, order=order))
    return {}


def _refund(order: Order, refund: Refund) -> dict[str, Any]:
    rows = refund.lines.select_related("line").order_by("line_id")
    return {
        "refund": order.money(refund.amount),
        "refunded_items": [_item(row.line, row.quantity) | {"sum": order.money(row.amount)} for row in rows],
        "refunded_shipping": order.money(refund.shipping) if refund.shipping else None,
    }


def _parcel(parcel: Fulfilment) -> dict[str, Any]:
    rows = parcel.lines.select_related("line").order_by("line_id")
    return {"parcel": parcel, "parcel_items": [_item(row.line, row.quantity) for row in rows]}


def _return(request: ReturnRequest) -> dict[str, Any]:
    rows = request.lines.select_related("line").order_by("line_id")
    return {
        "request": request,
        "returned_items": [_item(row.line, row.quantity) for row in rows],
        "return_address": settings.RETURN_ADDRESS,
    }


def _item(line: OrderLine, quantity: int) -> dict[str, Any]:
    return {"title": line.title, "options": " / ".join(map(str, line.options.values())), "quantity": quantity}
