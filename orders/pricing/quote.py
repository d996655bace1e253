"""A cart's whole price for one destination and way of delivery: what checkout shows and what the order stores."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from orders.pricing.destination import Destination
from orders.pricing.offers import Offer
from orders.pricing.shipping import ShippingMethod, choose, shipping_methods
from orders.pricing.tax import shipping_tax_rate, tax_rate
from orders.pricing.totals import Totals, totals
from shopcloud.lib.market import Market
from shopcloud.lib.money import Money


@dataclass(frozen=True, slots=True)
class Quote:
    """`methods` is what the buyer may choose from, `method` what the sums are for."""

    market: Market
    destination: Destination
    methods: list[ShippingMethod]
    method: ShippingMethod
    shipping_rate: Decimal
    totals: Totals

    def _money(self, amount: int) -> Money:
        return Money(amount, self.market.currency)

    @property
    def subtotal(self) -> Money:
        return self._money(self.totals.subtotal)

    @property
    def shipping(self) -> Money:
        return self._money(self.totals.shipping)

    @property
    def tax(self) -> Money:
        return self._money(self.totals.tax)

    @property
    def discount(self) -> Money:
        return self._money(self.totals.discount)

    @property
    def total(self) -> Money:
        return self._money(self.totals.total)


def quote(
    offers: Sequence[Offer],
    *,
    market: Market,
    destination: Destination,
    shipping_method: str | None,
    on: date,
    discounts: Sequence[int] = (),
) -> Quote:
    """Price `offers` afresh; without a method, for the first on offer. `discounts`: each offer's, in minor units.

    Raises CannotShip, UnknownShippingMethod.
    """
    subtotal = Money(sum(o.total.amount for o in offers), market.currency)
    methods = shipping_methods(market, destination.country, subtotal, is_physical(offers), on=on)
    method = choose(methods, shipping_method) if shipping_method else methods[0]
    rate = shipping_tax_rate(destination.country, on, tax_included=market.tax_included)
    return Quote(
        market=market,
        destination=destination,
        methods=methods,
        method=method,
        shipping_rate=rate,
        totals=totals(
            [o.item(tax_rate(destination.country, destination.region, o.product.kind, on)) for o in offers],
            tax_included=market.tax_included,
            shipping=method.price.amount,
            shipping_rate=rate,
            discounts=discounts,
        ),
    )


def is_physical(offers: Sequence[Offer]) -> bool:
    """Whether anything has to be delivered to an address."""
    return any(o.is_physical for o in offers)
