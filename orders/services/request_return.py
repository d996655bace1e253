"""A customer asks to send something back, or thinks better of it: never more than was sent and not asked for before."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from orders.models import Order, OrderNote, ReturnLine, ReturnRequest
from orders.returns import Returnable, ask_units, free_units, returnable
from shopcloud.lib import residency

Reason = ReturnLine.Reason
# Withdrawn ones count: an order's page and answer show them all.
MAX_RETURNS = 50


class CannotReturn(Exception):
    """Nothing of this order, or less than asked for, can be sent back; the message says why."""


class CannotWithdraw(Exception):
    """The goods are here already, or the request was answered or withdrawn before."""

    def __str__(self) -> str:
        return _("This return can no longer be withdrawn.")


@residency.atomic()
def request_return(
    *,
    order: Order,
    quantities: Mapping[str, int],
    now: datetime,
    reason: str = "",
    reasons: Mapping[str, str] | None = None,
    author: Any = None,
) -> ReturnRequest:
    """Ask to return `quantities` (SKU -> units, at least 1) of what was sent; `reasons` by SKU, `reason` in words.

    Raises CannotReturn. Staff answer the request; until then, and until the goods came, it can be withdrawn.
    """
    # The order's lock lets one request at a time see what is still there to return.
    held = Order.objects.select_for_update(of=("self",)).get(pk=order.pk)
    offered = {one.line.sku: one for one in returnable(held, now=now)}
    if not any(one.line.fulfilled for one in offered.values()) and not held.lines.filter(kind="digital").exists():
        raise CannotReturn(_("Only an order that was sent can be returned. Cancel it instead."))
    if held.returns.count() >= MAX_RETURNS:
        raise CannotReturn(_("So many returns were asked for that we take no more here. Write to us."))
    if not quantities:
        raise CannotReturn(_("Choose at least one item to send back."))
    for sku, quantity in sorted(quantities.items()):
        _ask(held, offered.get(sku), sku, quantity)
    request = ReturnRequest.objects.create(order=held, reason=reason.strip()[:300], created_at=now)
    ReturnLine.objects.bulk_create(
        ReturnLine(request=request, line=offered[sku].line, quantity=quantity, reason=_reason((reasons or {}).get(sku)))
        for sku, quantity in sorted(quantities.items())
    )
    OrderNote.write(order=held, text=gettext_noop("Return requested"), at=now, author=author, for_customer=True)
    return request


@residency.atomic()
def withdraw_return(*, request: ReturnRequest, now: datetime, author: Any = None) -> ReturnRequest:
    """The customer keeps the goods. Raises CannotWithdraw, also when they were received at this very moment."""
    # Another return of the order may be moving the same lines.
    Order.objects.select_for_update(of=("self",)).get(pk=request.order_id)
    if not request.move_to(ReturnRequest.Status.WITHDRAWN, closed_at=now):
        raise CannotWithdraw
    free_units(request)
    OrderNote.write(
        order=request.order, text=gettext_noop("Return withdrawn"), at=now, author=author, for_customer=True
    )
    return request


def _ask(order: Order, offered: Returnable | None, sku: str, quantity: int) -> None:
    if offered is None:
        if order.lines.filter(sku=sku, kind="digital").exists():
            raise CannotReturn(_("A download cannot be sent back."))
        raise CannotReturn(_("This item is not part of the order."))
    if quantity < 1 or not ask_units(offered.line, quantity):
        left = offered.line.fulfilled - offered.line.return_asked
        raise CannotReturn(_("Of this item, %(left)d can still be returned.") % {"left": left})
    if quantity > offered.left and offered.line.fulfilled - offered.line.return_asked >= quantity:
        raise CannotReturn(_("The time to return this item is over."))


def _reason(asked: str | None) -> str:
    return asked if asked in Reason.values else Reason.OTHER
