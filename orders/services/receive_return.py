"""Returned goods arrive: what came is counted, and put back on the shelf or not."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from orders import fulfilment, stock
from orders.models import Order, OrderLine, OrderNote, ReturnLine, ReturnRequest
from orders.services.answer_return import ReturnMoved
from shopcloud.lib import residency


@dataclass(frozen=True, slots=True)
class Arrived:
    """Units of one line that came, in what condition, and whether they go back on the shelf."""

    quantity: int
    restock: bool = True
    condition: str = ReturnLine.Condition.AS_NEW


class BadArrival(ValueError):
    """What is said to have come cannot be; the message says why."""


@residency.atomic()
def receive_return(
    *, request: ReturnRequest, arrived: Mapping[str, Arrived], now: datetime, author: Any = None
) -> ReturnRequest:
    """Write down what came (SKU -> Arrived) of an approved return; a line that is not named did not come.

    Units that did not come may be asked back again. Raises BadArrival, ReturnMoved.
    """
    order = Order.objects.select_for_update(of=("self",)).get(pk=request.order_id)
    if not request.move_to(ReturnRequest.Status.RECEIVED, received_at=now):
        raise ReturnMoved(request)
    parts = {part.line.sku: part for part in request.lines.select_related("line")}
    _check(parts, arrived)
    for sku, part in sorted(parts.items()):
        _count(part, arrived.get(sku, Arrived(0, restock=False)))
    fulfilment.settle(order=order, now=now)
    OrderNote.write(order=order, text=gettext_noop("Return received"), at=now, author=author, for_customer=True)
    shelf = {sku: one.quantity for sku, one in arrived.items() if one.restock and one.quantity}
    stock.take_back(order_number=order.number, quantities=shelf, now=now)
    return request


def _check(parts: Mapping[str, ReturnLine], arrived: Mapping[str, Arrived]) -> None:
    if not any(one.quantity for one in arrived.values()):
        raise BadArrival(_("Say how many units came. If nothing came, decline the return."))
    for sku, one in arrived.items():
        asked = parts[sku].quantity if sku in parts else 0
        if not 0 <= one.quantity <= asked:
            raise BadArrival(_("Of %(sku)s, %(asked)d were to come.") % {"sku": sku, "asked": asked})
        if one.condition not in ReturnLine.Condition.values:
            raise BadArrival(_("Choose a condition from the list."))


def _count(part: ReturnLine, one: Arrived) -> None:
    ReturnLine.objects.filter(pk=part.pk).update(
        received=one.quantity,
        restocked=one.quantity if one.restock else 0,
        condition=one.condition if one.quantity else "",
    )
    OrderLine.objects.filter(pk=part.line_id).update(
        returned=F("returned") + one.quantity, return_asked=F("return_asked") - (part.quantity - one.quantity)
    )
