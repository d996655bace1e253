"""The sums of an order: pure functions over integers of one currency's minor unit.

One rounding rule: tax is computed per line and rounded half up there; everything else is adding.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from shopcloud.lib.money import round_half_up


class BadDiscount(ValueError):
    """A line's discount is negative or above the line."""

    def __str__(self) -> str:
        return f"A discount cannot be {self.args[0]}."


@dataclass(frozen=True, slots=True)
class Item:
    """What is summed: `unit_price` in minor units, `tax_rate` as a fraction, due in `jurisdiction` ("DE", "US-CA")."""

    sku: str
    quantity: int
    unit_price: int
    tax_rate: Decimal
    jurisdiction: str = ""

    @property
    def total(self) -> int:
        return self.quantity * self.unit_price


@dataclass(frozen=True, slots=True)
class PricedItem:
    """`tax` is item.tax_rate of `base`, rounded; base = item.total - discount, less the tax where prices hold it."""

    item: Item
    discount: int
    base: int
    tax: int


@dataclass(frozen=True, slots=True)
class Totals:
    """total = subtotal - discount + shipping, plus tax unless `tax_included`. `tax` holds the lines' and shipping's."""

    lines: tuple[PricedItem, ...]
    subtotal: int
    discount: int
    shipping: int
    shipping_base: int
    shipping_tax: int
    tax: int
    total: int
    tax_included: bool


def totals(
    items: Sequence[Item],
    *,
    tax_included: bool,
    shipping: int = 0,
    shipping_rate: Decimal = Decimal(0),
    discounts: Sequence[int] = (),
) -> Totals:
    """Sum an order. `discounts` holds each line's, in the lines' order; empty for none. Raises BadDiscount."""
    lines = tuple(
        _line(item, discount, tax_included) for item, discount in zip(items, discounts or [0] * len(items), strict=True)
    )
    shipping_base, shipping_tax = split(shipping, shipping_rate, included=tax_included)
    subtotal, discount = sum(item.total for item in items), sum(line.discount for line in lines)
    tax = sum(line.tax for line in lines) + shipping_tax
    return Totals(
        lines=lines,
        subtotal=subtotal,
        discount=discount,
        shipping=shipping,
        shipping_base=shipping_base,
        shipping_tax=shipping_tax,
        tax=tax,
        total=subtotal - discount + shipping + (0 if tax_included else tax),
        tax_included=tax_included,
    )


def _line(item: Item, discount: int, tax_included: bool) -> PricedItem:
    if not 0 <= discount <= item.total:
        raise BadDiscount(discount)
    base, tax = split(item.total - discount, item.tax_rate, included=tax_included)
    return PricedItem(item, discount, base, tax)


def split(amount: int, rate: Decimal, *, included: bool) -> tuple[int, int]:
    """What `amount` is taxed on and the tax on it; where prices hold the tax, the two sum to `amount`."""
    tax = tax_on(amount, rate, included=included)
    return (amount - tax if included else amount), tax


def tax_on(amount: int, rate: Decimal, *, included: bool) -> int:
    """The tax on `amount`, or the tax that a price of `amount` already holds."""
    return round_half_up(amount * rate / (1 + rate) if included else amount * rate)


def spread(amount: int, weights: Sequence[int]) -> list[int]:
    """Share `amount` by `weights`: the parts sum to it exactly, none exceeds its weight while `amount` <= their sum."""
    whole = sum(weights)
    if not whole:
        return [0] * len(weights)
    parts = [amount * weight // whole for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda i: (-(amount * weights[i] % whole), i))
    for i in by_remainder[: amount - sum(parts)]:
        parts[i] += 1
    return parts
