"""A draft becomes an order that waits for its payment: priced afresh, its units promised, the customer told."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts import queries as accounts
from accounts.domain import postal_address
from catalog.domain import Freshness
from orders import stock
from orders.drafts import Priced, Wanted, price
from orders.events import OrderPlaced, PaymentRequested
from orders.models import Order, OrderNote, Payment
from orders.services.change_draft import NotADraft, hold_draft, wanted_of, write_draft
from shopcloud.lib import outbox, residency
from shopcloud.lib.market import Market
from shopcloud.lib.money import Money


class DraftNotReady(Exception):
    """Something is missing or not for sale; the message says what."""


class DraftTotalChanged(Exception):
    """A price moved since staff looked; the draft shows the new total."""

    def __init__(self, total: Money):
        self.total = total
        super().__init__(total)

    def __str__(self) -> str:
        return _("The total is now %(total)s. Look it over and send once more.") % {"total": self.total.format()}


def send_draft(
    *, order: Order, market: Market, now: datetime, author: Any = None, seen_total: int | None = None
) -> Order:
    """Promise the units until the draft's hold ends and mail the customer a link to pay.

    `seen_total` is what staff saw. Raises NotADraft, DraftNotReady, DraftTotalChanged, OutOfStock; then nothing is
    reserved and nobody is told. A draft sent twice at once is sent once.
    """
    if order.status != Order.Status.DRAFT:
        raise NotADraft(order)
    wanted = wanted_of(order)
    priced = price(wanted, market=market, now=now, freshness=Freshness.STRONG)
    total = _agreed(wanted, priced, market, seen_total)
    owner = accounts.verified_owner(wanted.email)
    with residency.atomic():
        held = hold_draft(order)
        if wanted_of(held) != wanted:
            raise DraftTotalChanged(total)
        write_draft(held, wanted, priced)
        return _send(held, wanted, priced, owner_id=owner.pk if owner else None, now=now, author=author)


def _agreed(wanted: Wanted, priced: Priced, market: Market, seen_total: int | None) -> Money:
    if not wanted.email:
        raise DraftNotReady(_("Enter the customer's email address."))
    if priced.troubles or priced.quote is None:
        raise DraftNotReady(" ".join(priced.troubles))
    if seen_total not in (None, priced.quote.totals.total):
        raise DraftTotalChanged(priced.quote.total)
    return priced.quote.total


def _send(held: Order, wanted: Wanted, priced: Priced, *, owner_id: int | None, now: datetime, author: Any) -> Order:
    address = postal_address(wanted.address).as_dict() if priced.is_physical else {}
    until = now + held.draft.hold
    held.move_to(Order.Status.AWAITING_PAYMENT, placed_at=now, shipping_address=address, user_id=owner_id)
    held.draft.sent_at, held.draft.pay_until = now, until
    held.draft.save(update_fields=["sent_at", "pay_until"])
    Payment.intent(held, now=now).save(force_insert=True)
    OrderNote.write(
        order=held, text=gettext_noop("Order placed for you by the shop"), at=now, author=author, for_customer=True
    )
    outbox.record(OrderPlaced(order_number=held.number), PaymentRequested(order_number=held.number))
    # Last: a row lock lives until commit.
    stock.reserve(
        order_number=held.number,
        quantities={o.variant.sku: o.quantity for o in priced.offers if o.is_physical},
        titles={o.variant.sku: o.product.title for o in priced.offers},
        now=now,
        expires_at=until,
    )
    return held
