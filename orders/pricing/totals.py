"""The sums of an order: pure functions over integers of one currency's minor unit.

One rounding rule: tax is computed per line and rounded half up there; everything else is adding.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from shopcloud.lib.money import round_half_up


class BadDiscount(ValueError):
    """The discount is negative; one above the subtotal is simply cut to it."""

    def __str__(self) -> str:
        return f"A discount cannot be {self.args[0]}."


@dataclass(frozen=True, slots=True)
class Item:
    """What is summed: `unit_price` in minor units, `tax_rate` as a fraction."""

    sku: str
    quantity: int
    unit_price: int
    tax_rate: Decimal

    @property
    def total(self) -> int:
        return self.quantity * self.unit_price


@dataclass(frozen=True, slots=True)
class PricedItem:
    item: Item
    discount: int
    tax: int


@dataclass(frozen=True, slots=True)
class Totals:
    """total = subtotal - discount + shipping, plus tax unless `tax_included`. `tax` holds the lines' and shipping's."""

    lines: tuple[PricedItem, ...]
    subtotal: int
    discount: int
    shipping: int
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
    discount: int = 0,
) -> Totals:
    """Sum an order. The discount is spread over the lines in proportion, to the last unit."""
    if discount < 0:
        raise BadDiscount(discount)
    subtotal = sum(item.total for item in items)
    discount = min(discount, subtotal)
    lines = tuple(
        PricedItem(item, off, tax_on(item.total - off, item.tax_rate, included=tax_included))
        for item, off in zip(items, spread(discount, [item.total for item in items]), strict=True)
    )
    shipping_tax = tax_on(shipping, shipping_rate, included=tax_included)
    tax = sum(line.tax for line in lines) + shipping_tax
    return Totals(
        lines=lines,
        subtotal=subtotal,
        discount=discount,
        shipping=shipping,
        shipping_tax=shipping_tax,
        tax=tax,
        total=subtotal - discount + shipping + (0 if tax_included else tax),
        tax_included=tax_included,
    )


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
