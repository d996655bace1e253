"""A draft order is changed as a whole: what staff want, priced anew, in one transaction."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from accounts.domain import LENGTHS
from orders import order_rows
from orders.drafts import MAX_LINES, MAX_QUANTITY, Priced, Wanted, WantedLine, price
from orders.models import Draft, DraftLine, Order, OrderLine
from shopcloud.lib import residency
from shopcloud.lib.market import Market


class NotADraft(Exception):
    """The order was sent to the customer or given up meanwhile."""

    def __init__(self, order: Order):
        self.order = order
        super().__init__(order.number)

    def __str__(self) -> str:
        return _("Order %(number)s is no longer a draft.") % {"number": self.order.number}


class BadDraft(ValueError):
    """Too many lines, a line twice, or a figure that cannot be; the message says which."""


class PriceNotYours(Exception):
    """A price or a discount of one's own needs a permission."""

    def __str__(self) -> str:
        return _("You may not give a price or a discount of your own.")


def change_draft(
    *, order: Order, wanted: Wanted, market: Market, now: datetime, author: Any = None, may_override: bool = True
) -> Priced:
    """Make the draft what is `wanted`; returns what it costs today. Nothing is reserved, nobody is told.

    Raises NotADraft, BadDraft; PriceNotYours where `may_override` is False and a price or discount is changed.
    """
    _check(wanted)
    priced = price(wanted, market=market, now=now)
    with residency.atomic():
        held = hold_draft(order)
        if not may_override:
            _check_prices(held.draft, wanted)
        write_draft(held, wanted, priced)
    return priced


def hold_draft(order: Order) -> Order:
    """The order, locked, if it is a draft still. Needs a transaction. Raises NotADraft."""
    held = Order.objects.select_for_update(of=("self",)).select_related("draft").get(pk=order.pk)
    if held.status != Order.Status.DRAFT:
        raise NotADraft(held)
    return held


def write_draft(held: Order, wanted: Wanted, priced: Priced) -> None:
    """Store what is wanted and what it costs. A draft has no dependants: its lines are written afresh."""
    draft = held.draft
    draft.shipping_method, draft.discount = wanted.shipping_method, wanted.discount
    draft.message, draft.hold_hours = wanted.message, wanted.hold_hours
    draft.save()
    draft.lines.all().delete()
    DraftLine.objects.bulk_create(
        DraftLine(draft=draft, sku=w.sku, product_id=w.product_id, quantity=w.quantity, price=w.price)
        for w in wanted.lines
    )
    sums = order_rows.sums(priced.quote) if priced.quote else _NOTHING
    held.email = wanted.email
    held.shipping_address = dict(wanted.address) if any(wanted.address.values()) else {}
    for name, value in sums.items():
        setattr(held, name, value)
    held.save()
    held.lines.all().delete()
    if priced.quote:
        OrderLine.objects.bulk_create(order_rows.lines(held, priced.offers, priced.quote))


# What an order costs that has nothing in it.
_NOTHING = {
    **dict.fromkeys(("subtotal", "discount", "shipping", "tax", "shipping_tax", "shipping_tax_rate", "total"), 0),
    "shipping_base": None,
}


def wanted_of(order: Order) -> Wanted:
    """What the draft says now, whenever `order` was read."""
    draft = Draft.objects.select_related("order").prefetch_related("lines").get(order=order)
    return Wanted(
        email=draft.order.email,
        lines=tuple(WantedLine(x.sku, x.product_id, x.quantity, x.price) for x in draft.lines.all()),
        address=draft.order.shipping_address,
        shipping_method=draft.shipping_method,
        discount=draft.discount,
        message=draft.message,
        hold_hours=draft.hold_hours,
    )


def _check(wanted: Wanted) -> None:
    skus = [line.sku for line in wanted.lines]
    if len(skus) > MAX_LINES:
        raise BadDraft(_("A draft has %(most)d lines at most.") % {"most": MAX_LINES})
    if len(set(skus)) < len(skus):
        raise BadDraft(_("Each SKU stands in one line only."))
    if any(not 1 <= line.quantity <= MAX_QUANTITY for line in wanted.lines):
        raise BadDraft(_("A quantity is between 1 and %(most)d.") % {"most": MAX_QUANTITY})
    if wanted.discount < 0 or any(line.price is not None and line.price < 0 for line in wanted.lines):
        raise BadDraft(_("A price or discount cannot be negative."))
    too_long = [name for name, longest in LENGTHS.items() if len(wanted.address.get(name, "")) > longest]
    if too_long:
        raise BadDraft(_("Too long: %(fields)s.") % {"fields": ", ".join(too_long)})


def _check_prices(draft: Draft, wanted: Wanted) -> None:
    """What somebody else was allowed to give may stay; nothing new may come."""
    known = {line.sku: line.price for line in draft.lines.all()}
    if wanted.discount != draft.discount or any(
        line.price is not None and line.price != known.get(line.sku) for line in wanted.lines
    ):
        raise PriceNotYours
