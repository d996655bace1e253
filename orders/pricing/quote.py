"""A cart's whole price for one destination and way of delivery: what checkout shows and what the order stores."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.conf import settings

from orders.pricing.destination import Destination
from orders.pricing.offers import Offer
from orders.pricing.promotions import NO_DEALS, Deals, Discounts, Reduction, apply, basket_of
from orders.pricing.shipping import Parcel, ShippingMethod, choose, shipping_methods
from orders.pricing.tax import reverse_charge
from orders.pricing.tax.port import BasketRates, TaxRate, TaxSource
from orders.pricing.tax.table import TaxTables
from orders.pricing.totals import Item, Totals, totals
from orders.tariffs import ZONES
from shopcloud.lib.market import Market
from shopcloud.lib.money import Money

TAXES: TaxSource = TaxTables()


@dataclass(frozen=True, slots=True)
class Quote:
    """`methods` is what the buyer may choose from, `method` what the sums are for.

    `totals` is what is charged and stored. `shown` is the same basket at the market's shown prices; the two differ
    where a business pays without the VAT that those prices hold (`reverse_charge`).
    `shipping` is what delivery costs after `discounts`.
    """

    market: Market
    destination: Destination
    methods: list[ShippingMethod]
    method: ShippingMethod
    shipping_tax: TaxRate
    shown: Totals
    totals: Totals
    reverse_charge: bool
    discounts: Discounts

    def _money(self, amount: int) -> Money:
        return Money(amount, self.market.currency)

    @property
    def subtotal(self) -> Money:
        return self._money(self.shown.subtotal)

    @property
    def shipping(self) -> Money:
        return self._money(self.shown.shipping)

    @property
    def discount(self) -> Money:
        return self._money(self.shown.discount)

    @property
    def reductions(self) -> list[Reduction]:
        """What the shown discount consists of, by name."""
        return self.discounts.shown(self.market.currency)

    @property
    def tax(self) -> Money:
        return self._money(self.totals.tax)

    @property
    def vat_taken_off(self) -> Money:
        """What a business saves against the shown prices by owing the VAT itself."""
        return self._money(self.shown.total - self.totals.total)

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
    deals: Deals = NO_DEALS,
) -> Quote:
    """Price `offers` afresh with the `deals` they get; without a method, for the first on offer.

    Raises CannotShip, UnknownShippingMethod, SnapshotUnavailable.
    """
    methods = shipping_methods(ZONES.get(), market, destination, parcel_of(offers, market), on=on)
    method = choose(methods, shipping_method) if shipping_method else methods[0]
    rates = TAXES.rates([o.goods for o in offers], destination, on=on)
    # Free delivery frees the default way; a faster one costs the difference.
    free = min(method.price.amount, methods[0].price.amount)
    discounts = apply(basket_of(offers, market=market, shipping=free), deals)
    shown, charged, reverse = price(
        [o.item(rate) for o, rate in zip(offers, rates.goods, strict=True)],
        rates,
        market=market,
        destination=destination,
        shipping=method.price.amount - discounts.shipping,
        discounts=discounts.lines,
    )
    return Quote(
        market=market,
        destination=destination,
        methods=methods,
        method=method,
        shipping_tax=TaxRate(jurisdiction=rates.shipping.jurisdiction) if reverse else rates.shipping,
        shown=shown,
        totals=charged,
        reverse_charge=reverse,
        discounts=discounts,
    )


def price(
    items: Sequence[Item],
    rates: BasketRates,
    *,
    market: Market,
    destination: Destination,
    shipping: int,
    discounts: Sequence[int],
) -> tuple[Totals, Totals, bool]:
    """The sums at shown prices, the sums that are charged, and whether the buyer owes the VAT (reverse charge)."""
    shown = totals(
        items,
        tax_included=market.tax_included,
        shipping=shipping,
        shipping_rate=rates.shipping.rate,
        discounts=discounts,
    )
    if not reverse_charge.applies(destination, seller=settings.SHOP_COUNTRY):
        return shown, shown, False
    included = market.tax_included
    net_items, net_discounts = reverse_charge.without_tax(items, discounts, included=included)
    charged = totals(
        net_items,
        tax_included=False,
        shipping=reverse_charge.net(shipping, rates.shipping.rate, included=included),
        discounts=net_discounts,
    )
    return shown, charged, True


def parcel_of(offers: Sequence[Offer], market: Market) -> Parcel:
    """The offers as a parcel: downloads count for its subtotal and weigh nothing."""
    return Parcel(
        subtotal=Money(sum(o.total.amount for o in offers), market.currency),
        grams=sum(o.variant.weight_grams * o.quantity for o in offers if o.is_physical),
        physical=is_physical(offers),
    )


def is_physical(offers: Sequence[Offer]) -> bool:
    """Whether anything has to be delivered to an address."""
    return any(o.is_physical for o in offers)
