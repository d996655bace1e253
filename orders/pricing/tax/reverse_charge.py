"""Sales between businesses across a border of the Union: the buyer owes the VAT, and pays the price without it."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from orders.pricing.destination import Destination
from orders.pricing.tax.territories import EUROPEAN_UNION, is_outside
from orders.pricing.totals import Item, tax_on
from shopcloud.lib.money import round_half_up


def applies(to: Destination, *, seller: str) -> bool:
    """Whether a sale from `seller` (a country) goes to a business in another member state."""
    return (
        bool(to.vat_id)
        and to.country != seller
        and {to.country, seller} <= EUROPEAN_UNION
        and not is_outside(to.country, to.postal_code)
    )


def without_tax(items: Sequence[Item], discounts: Sequence[int], *, included: bool) -> tuple[list[Item], list[int]]:
    """The items and their discounts as a business pays them, at no rate.

    Where prices hold VAT (`included`) it is taken out of one unit, so that a line stays a multiple of its price; a
    discount keeps its share of the line.
    """
    net_items = [
        replace(item, unit_price=net(item.unit_price, item.tax_rate, included=included), tax_rate=Decimal(0))
        for item in items
    ]
    net_discounts = [
        round_half_up(Decimal(net_item.total * off) / item.total) if item.total else 0
        for item, net_item, off in zip(items, net_items, discounts, strict=True)
    ]
    return net_items, net_discounts


def net(amount: int, rate: Decimal, *, included: bool) -> int:
    """What `amount` leaves once the tax of `rate` that it holds is out."""
    return amount - tax_on(amount, rate, included=True) if included else amount
