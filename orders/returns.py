"""What of an order may still be sent back, and until when."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import F, Max, Q, Sum

from orders.models import Order, OrderLine, ReturnRequest
from shopcloud.lib import guards


@dataclass(frozen=True, slots=True)
class Returnable:
    """Of `line`, `left` units may be asked back at this moment. `until` is the end of its newest parcel's time."""

    line: OrderLine
    left: int
    until: datetime | None


def returnable(order: Order, *, now: datetime) -> list[Returnable]:
    """Every physical line of an order with the units that may be asked back, 0 where none may; one statement.

    A unit may be asked back for RETURN_DAYS after its parcel left. Of units in several parcels those asked back before
    are taken to be the oldest.
    """
    days = timedelta(days=settings.RETURN_DAYS)
    in_time = Q(fulfilment_lines__fulfilment__shipped_at__gte=now - days)
    lines = (
        order.lines.exclude(kind="digital")
        .order_by("pk")
        .annotate(
            in_time=Sum("fulfilment_lines__quantity", filter=in_time),
            last_sent=Max("fulfilment_lines__fulfilment__shipped_at"),
        )
    )
    return [
        Returnable(
            line=line,
            left=max(0, min(line.fulfilled - line.return_asked, line.in_time or 0)),
            until=line.last_sent + days if line.last_sent else None,
        )
        for line in lines
    ]


def ask_units(line: OrderLine, quantity: int) -> bool:
    """Count units of a line as asked back, if so many were sent and not asked back before."""
    row = OrderLine.objects.filter(pk=line.pk)
    if guards.stands("returns.request"):
        row = row.filter(fulfilled__gte=F("return_asked") + quantity)
    return bool(row.update(return_asked=F("return_asked") + quantity))


def free_units(request: ReturnRequest) -> None:
    """Let the units of a request that came to nothing be asked back again."""
    for part in request.lines.all():
        OrderLine.objects.filter(pk=part.line_id).update(return_asked=F("return_asked") - part.quantity)
