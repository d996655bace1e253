"""Who finds what in their inbox when something happens. Called by the outbox relay, at least once: each occurrence has
a key, and is told once."""

from typing import Any

from accounts.notifications import pushing, writing
from accounts.notifications.words import Kind
from catalog import queries as catalog
from catalog.domain import Freshness
from catalog.events import ReviewAnswered
from catalog.price_drops import titles_of
from orders import queries as orders
from orders.events import OrderCancelled, OrderPaid, OrderShipped, PaymentRefunded, ReturnApproved, ReturnDeclined
from shopcloud.lib import clock


def tell_paid(event: OrderPaid) -> None:
    _tell(event.order_number, Kind.ORDER_PAID)


def tell_shipped(event: OrderShipped) -> None:
    _tell(event.order_number, Kind.ORDER_SHIPPED, about=event.fulfilment_id)


def tell_cancelled(event: OrderCancelled) -> None:
    _tell(event.order_number, Kind.ORDER_CANCELLED)


def tell_refunded(event: PaymentRefunded) -> None:
    # What went back onto a gift card alone has no sum here.
    paid = {"amount": event.amount, "currency": event.currency} if event.amount else {}
    _tell(event.order_number, Kind.ORDER_REFUNDED, about=event.refund_id, **paid)


def tell_return_approved(event: ReturnApproved) -> None:
    _tell(event.order_number, Kind.RETURN_APPROVED, about=event.return_id)


def tell_return_declined(event: ReturnDeclined) -> None:
    _tell(event.order_number, Kind.RETURN_DECLINED, about=event.return_id)


def tell_review(event: ReviewAnswered) -> None:
    """Tell the review's author, whom the order knows that they bought it with."""
    owner = orders.owner_of(event.purchase)
    kind = f"review_{event.outcome}"
    if owner is None or kind not in Kind.values:
        return
    product = catalog.products_by_id([event.product_id], freshness=Freshness.CACHED).get(event.product_id)
    if product is None:
        return
    key = f"{kind}:{event.review_id}:{event.version}"
    # The page of a product that is not sold any more leads nowhere.
    page = {"slug": product.slug, "product": product.product_id} if product.is_active else {}
    facts = {"titles": titles_of(product), **page}
    writing.tell(people=[owner], kind=Kind(kind), key=key, facts=facts, now=clock.now())


def _tell(order_number: str, kind: Kind, *, about: int | None = None, **more: Any) -> None:
    """Tell the order's owner; a guest's order has none, and is told by mail alone."""
    owner = orders.owner_of(order_number)
    if owner is not None:
        key = f"{kind.value}:{order_number}:{about or ''}"
        facts = {"order": order_number, **more}
        writing.tell(people=[owner], kind=kind, key=key, facts=facts, now=clock.now())
        pushing.push_order(user_id=owner, order=order_number, kind=kind)
