"""Staff give a draft up. Nobody was told of it, so nobody is told now, and no stock was held."""

from datetime import datetime
from typing import Any

from orders.models import Order, OrderNote
from orders.services.change_draft import hold_draft
from shopcloud.lib import residency


@residency.atomic()
def discard_draft(*, order: Order, now: datetime, author: Any = None) -> Order:
    """Close a draft for good; it stays hidden from its customer. Raises NotADraft."""
    held = hold_draft(order)
    held.move_to(Order.Status.CANCELLED, cancelled_at=now, cancel_reason=Order.DISCARDED)
    OrderNote.write(order=held, text="Draft discarded", at=now, author=author)
    return held
