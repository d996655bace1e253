"""Giving back what was paid for items, with or without shipping: the exact share, never a rate worked out again."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from orders import refunds
from orders.models import Order, Refund, ReturnRequest
from orders.services.refund_order import NothingToRefund, money_left, promise_refund, settle_refund
from shopcloud.lib import residency


def refund_items(
    *,
    order: Order,
    quantities: Mapping[str, int],
    reason: str,
    now: datetime,
    shipping: bool = False,
    author: Any = None,
) -> Refund:
    """Give back the share of units (SKU -> how many) and of shipping, once each; returns the Refund.

    Where goodwill was paid before, at most what is left. Raises NothingToRefund, UnitsRefunded, ShippingRefunded,
    RefundTooLarge. Must be called outside of any transaction; inside one use `promise_items`.
    """
    with residency.atomic(durable=True):
        held = Order.objects.select_for_update(of=("self",)).get(pk=order.pk)
        refund = promise_items(
            order=held, quantities=quantities, shipping=shipping, reason=reason, now=now, author=author
        )
    return settle_refund(refund_id=refund.pk, now=now)


def promise_items(
    *,
    order: Order,
    quantities: Mapping[str, int],
    reason: str,
    now: datetime,
    shipping: bool = False,
    author: Any = None,
    return_request: ReturnRequest | None = None,
) -> Refund:
    """As `refund_items`, in the caller's transaction, which holds the order's lock. The provider is asked after it."""
    given = refunds.plan(order, {sku: n for sku, n in quantities.items() if n}, shipping=shipping)
    given = given.within(money_left(order).total)
    if not given.total:
        raise NothingToRefund
    return promise_refund(
        order=order,
        amount=given.total,
        reason=reason,
        now=now,
        given=given,
        return_request=return_request,
        author=author,
    )
