"""Calling an order off: one guarded update decides, then its units go back on the shelf."""

from datetime import datetime
from enum import StrEnum

import structlog
from django.contrib.auth.models import AbstractBaseUser
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from orders import downloads, gift_cards, promotion_uses, stock
from orders.events import OrderCancelled
from orders.models import DownloadGrant, Order, OrderNote
from orders.services.request_operation import void_authorisations
from shopcloud.lib import outbox, residency

log = structlog.get_logger()


class CancelReason(StrEnum):
    BY_BUYER = "by_buyer"
    BY_STAFF = "by_staff"
    UNPAID = "unpaid"
    NOT_CAPTURED = "not_captured"


class CannotCancel(Exception):
    """The order is past the point where it can be called off."""

    def __init__(self, order: Order):
        self.order = order
        super().__init__(order.number)

    def __str__(self) -> str:
        return _("Order %(number)s is %(status)s and can no longer be cancelled.") % {
            "number": self.order.number,
            "status": self.order.get_status_display().lower(),
        }


class AlreadyDelivered(CannotCancel):
    """A paid download was fetched."""

    def __str__(self) -> str:
        return _("A download of this order was fetched already, so it can no longer be cancelled here. Write to us.")


class PartlySent(CannotCancel):
    """A parcel of the order left the house."""

    def __str__(self) -> str:
        return _("Part of this order is on its way, so it can no longer be cancelled as a whole.")


_NOTES = {
    CancelReason.BY_BUYER: gettext_noop("Cancelled by you"),
    CancelReason.BY_STAFF: gettext_noop("Cancelled by the shop"),
    CancelReason.UNPAID: gettext_noop("Cancelled because no payment arrived in time"),
    CancelReason.NOT_CAPTURED: gettext_noop("Cancelled because the authorised payment ran out"),
}


@residency.atomic()
def cancel_order(
    *,
    order: Order,
    reason: CancelReason,
    now: datetime,
    author: AbstractBaseUser | None = None,
    only_from: tuple[Order.Status, ...] = (Order.Status.AWAITING_PAYMENT, Order.Status.PAID),
) -> Order:
    """Cancel an order that is unpaid or not yet fulfilled; a paid one gives the money back through OrderCancelled,
    an authorised one lets it go.

    Raises CannotCancel, also when another change (a payment, a shipment) came first, and to a buyer who has
    downloaded what was paid.
    """
    # The lock holds the status still, so that what goes back on the shelf is what this status took from it.
    held = Order.objects.select_for_update(of=("self",)).get(pk=order.pk)
    was_paid = held.status == Order.Status.PAID
    if was_paid:
        downloads.revoke_unfetched(order=held, now=now)
    if was_paid and reason is CancelReason.BY_BUYER and _was_downloaded(held):
        raise AlreadyDelivered(held)
    lines = list(held.lines.all())
    if was_paid and any(line.fulfilled for line in lines if not line.is_digital):
        raise PartlySent(held)
    may_be = held.status in only_from and not _waits_for_the_shop(held, reason)
    if not may_be or not held.move_to(Order.Status.CANCELLED, cancelled_at=now, cancel_reason=str(reason)):
        raise CannotCancel(held)
    OrderNote.write(order=held, text=_NOTES[reason], at=now, author=author, for_customer=True)
    outbox.record(OrderCancelled(order_number=held.number, reason=str(reason)))
    log.info("order.cancelled", order_number=held.number, reason=str(reason))
    promotion_uses.release(order=held, now=now)
    if not was_paid:
        # What paid is given back by a refund, the gift cards' part too, or its invoice would stay half uncredited.
        gift_cards.give_back(order=held, reference=f"cancelled-{held.number}", now=now)
    void_authorisations(order=held, now=now, author=author)
    quantities = {line.sku: line.quantity - line.cancelled for line in lines if not line.is_digital}
    give_back = stock.take_back if was_paid else stock.release
    give_back(order_number=held.number, quantities={sku: n for sku, n in quantities.items() if n}, now=now)
    return held


def _waits_for_the_shop(order: Order, reason: CancelReason) -> bool:
    """Its payment was authorised meanwhile, so it is not given up as unpaid."""
    return reason is CancelReason.UNPAID and order.payment_status == Order.PaymentStatus.AUTHORISED


def _was_downloaded(order: Order) -> bool:
    return DownloadGrant.objects.filter(line__order=order, redeemed_at__isnull=False).exists()
