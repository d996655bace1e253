"""A customer asks to send something back: never more than was bought and not asked for before."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from orders.models import Order, OrderLine, OrderNote, ReturnLine, ReturnRequest


class CannotReturn(Exception):
    """Nothing of this order, or less than asked for, can be sent back; the message says why."""


@transaction.atomic
def request_return(*, order: Order, quantities: Mapping[str, int], reason: str, now: datetime) -> ReturnRequest:
    """Ask to return `quantities` (SKU -> units, at least 1) of a delivered order. Raises CannotReturn."""
    # The order's lock lets one request at a time see what is still there to return.
    held = Order.objects.select_for_update(of=("self",)).get(pk=order.pk)
    if held.status != Order.Status.FULFILLED:
        raise CannotReturn(_("Only an order that was sent can be returned. Cancel it instead."))
    lines = {line.sku: line for line in held.lines.annotate(asked=Sum("return_lines__quantity"))}
    for sku, quantity in quantities.items():
        _check(lines.get(sku), quantity)
    request = ReturnRequest.objects.create(order=held, reason=reason, created_at=now)
    ReturnLine.objects.bulk_create(
        ReturnLine(request=request, line=lines[sku], quantity=quantity) for sku, quantity in sorted(quantities.items())
    )
    OrderNote.write(order=held, text=gettext_noop("Return requested"), at=now, for_customer=True)
    return request


def _check(line: OrderLine | None, quantity: int) -> None:
    if line is None:
        raise CannotReturn(_("This item is not part of the order."))
    if line.is_digital:
        raise CannotReturn(_("A download cannot be sent back."))
    left = line.quantity - (getattr(line, "asked", None) or 0)
    if quantity > left:
        raise CannotReturn(_("Of this item, %(left)d can still be returned.") % {"left": left})
