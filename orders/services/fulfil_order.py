"""A paid order leaves the house."""

from datetime import datetime

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from orders.events import OrderShipped
from orders.models import Order, OrderNote
from shopcloud.lib import outbox


class CannotFulfil(Exception):
    """Only a paid order can be fulfilled."""

    def __init__(self, order: Order):
        self.order = order
        super().__init__(order.number)

    def __str__(self) -> str:
        return _("Order %(number)s is not paid, or was fulfilled or cancelled before.") % {"number": self.order.number}


@transaction.atomic
def fulfil_order(*, order: Order, now: datetime, tracking: str = "", author: AbstractBaseUser | None = None) -> Order:
    """Mark a paid order as sent, with its tracking number if it has one. Raises CannotFulfil."""
    if not order.move_to(Order.Status.FULFILLED, fulfilled_at=now, tracking=tracking[:120]):
        raise CannotFulfil(order)
    OrderNote.write(
        order=order,
        text=gettext_noop("On its way to you") if tracking else gettext_noop("Fulfilled"),
        at=now,
        author=author,
        for_customer=True,
    )
    outbox.record(OrderShipped(order_number=order.number))
    return order
