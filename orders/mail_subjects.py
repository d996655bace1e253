"""The one thing a mail tells of, where an order may have several: a parcel, a refund, a return."""

from typing import Any

from django.conf import settings

from orders import review_mail
from orders.models import Fulfilment, Order, OrderLine, OrderNote, Refund, ReturnRequest


def context(order: Order, kind: str, about: int | None, occasion: str = "") -> dict[str, Any]:
    """What the templates of a kind of mail say of it; nothing of another order's is ever found."""
    if about is None:
        return {}
    if kind in review_mail.KINDS:
        return review_mail.context(order, kind, line_id=about, occasion=occasion)
    if kind == "refund":
        return _refund(order, Refund.objects.get(pk=about, payment__order=order))
    if kind == "note":
        return {"note": OrderNote.objects.get(pk=about, order=order, for_customer=True)}
    if kind == "shipment":
        return _parcel(Fulfilment.objects.get(pk=about, order=order))
    return _return(ReturnRequest.objects.get(pk=about, order=order))


def _refund(order: Order, refund: Refund) -> dict[str, Any]:
    rows = refund.lines.select_related("line").order_by("line_id")
    return {
        "refund": order.money(refund.amount) if refund.amount else None,
        "refunded_gift_card": order.money(refund.gift_card) if refund.gift_card else None,
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
    return {"title": line.title, "options": line.variant_label, "quantity": quantity}
