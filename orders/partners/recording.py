"""What partners are told: the events there are, and a delivery for each endpoint that wants one.

Called by the outbox relay, at least once; a delivery is written once per endpoint and occurrence.
"""

from datetime import datetime
from typing import Any

from orders import tasks
from orders.events import OrderCancelled, OrderPaid, OrderShipped, PaymentRefunded, ReturnApproved, ReturnDeclined
from orders.models import Order, PartnerDelivery, PartnerEndpoint
from shopcloud.lib import clock, ids

KINDS = (
    "order.paid",
    "order.shipped",
    "order.cancelled",
    "order.refunded",
    "return.approved",
    "return.declined",
)


def tell_paid(event: OrderPaid) -> None:
    record(event.order_number, "order.paid", now=clock.now())


def tell_shipped(event: OrderShipped) -> None:
    record(event.order_number, "order.shipped", about=event.fulfilment_id, now=clock.now())


def tell_cancelled(event: OrderCancelled) -> None:
    record(event.order_number, "order.cancelled", now=clock.now(), reason=event.reason)


def tell_refunded(event: PaymentRefunded) -> None:
    refunded = {"amount": event.amount, "currency": event.currency}
    record(event.order_number, "order.refunded", about=event.refund_id, now=clock.now(), refunded=refunded)


def tell_return_approved(event: ReturnApproved) -> None:
    record(event.order_number, "return.approved", about=event.return_id, now=clock.now())


def tell_return_declined(event: ReturnDeclined) -> None:
    record(event.order_number, "return.declined", about=event.return_id, now=clock.now())


def record(order_number: str, kind: str, *, about: int | None = None, now: datetime, **more: Any) -> None:
    """Write a delivery for every endpoint that wants events of this kind, and hand them to workers."""
    wanted = list(PartnerEndpoint.objects.filter(is_active=True, kinds__contains=[kind]))
    order = Order.shown().filter(number=order_number).first() if wanted else None
    if order is None:
        return
    payload = {"type": kind, "timestamp": now.isoformat(), "data": {**_told(order), **more}}
    rows = [_delivery(endpoint, kind, f"{kind}:{order_number}:{about or ''}", payload, now) for endpoint in wanted]
    PartnerDelivery.objects.bulk_create(rows, ignore_conflicts=True)
    keys = [row.message_id for row in rows]
    for pk in PartnerDelivery.objects.filter(message_id__in=keys).values_list("pk", flat=True):
        tasks.deliver_to_partner.delay(delivery_id=pk)


def _told(order: Order) -> dict[str, Any]:
    """Nothing that says who bought."""
    return {
        "order": order.number,
        "status": order.status,
        "fulfilment_status": order.fulfilment_status,
        "total": {"amount": order.total, "currency": order.currency},
    }


def _delivery(
    endpoint: PartnerEndpoint, kind: str, key: str, payload: dict[str, Any], now: datetime
) -> PartnerDelivery:
    moments = {"created_at": now, "tried_since": now, "due_at": now}
    message_id = f"msg_{ids.event_id()}"
    return PartnerDelivery(endpoint=endpoint, message_id=message_id, kind=kind, key=key, payload=payload, **moments)
