"""Staff begin an order for a customer. It holds no stock and is nobody's but theirs until it is sent."""

from datetime import datetime
from typing import Any

from orders.models import Draft, Order, OrderNote
from shopcloud.lib import ids, residency
from shopcloud.lib.market import Market


@residency.atomic()
def draft_order(*, market: Market, email: str = "", now: datetime, author: Any = None) -> Order:
    """An empty draft in a market; its lines and everything else come by `change_draft`."""
    order = Order.objects.create(
        email=email,
        status=Order.Status.DRAFT,
        market=market.code,
        language=market.language,
        currency=market.currency,
        tax_included=market.tax_included,
        subtotal=0,
        total=0,
        cart_id=f"draft-{ids.secret_token()}",
        cart_version=0,
        placed_at=now,
    )
    Draft.objects.create(order=order, author=author, created_at=now)
    OrderNote.write(order=order, text="Draft begun", at=now, author=author)
    return order
