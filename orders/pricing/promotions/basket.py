"""What promotions look at: the lines, where they are bought, and what their delivery costs."""

from collections.abc import Sequence
from dataclasses import dataclass

from orders.pricing.offers import Offer
from shopcloud.lib.market import Market


@dataclass(frozen=True, slots=True)
class Line:
    """`unit_price` in minor units; `category` is the product's leaf path."""

    product_id: str
    category: str
    quantity: int
    unit_price: int

    @property
    def total(self) -> int:
        return self.quantity * self.unit_price


@dataclass(frozen=True, slots=True)
class Basket:
    """`shipping` is what delivery may cost less: the chosen way's price, at most the default way's."""

    lines: tuple[Line, ...]
    market: str
    currency: str
    shipping: int = 0

    @property
    def subtotal(self) -> int:
        return sum(line.total for line in self.lines)


def basket_of(offers: Sequence[Offer], *, market: Market, shipping: int) -> Basket:
    return Basket(
        lines=tuple(Line(o.product.product_id, o.product.category, o.quantity, o.price.amount) for o in offers),
        market=market.code,
        currency=market.currency,
        shipping=shipping,
    )
