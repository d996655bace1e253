"""How an order can be delivered in each market, and what that costs: a dated table."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext_lazy as _

from orders.pricing.destination import Destination
from orders.pricing.tax.territories import is_outside
from shopcloud.lib.market import Market
from shopcloud.lib.money import Money

STANDARD, EXPRESS, DOWNLOAD = "standard", "express", "download"


class CannotShip(Exception):
    """The market does not deliver to this country, or not to this part of it."""

    def __init__(self, country: str, postal_code: str = ""):
        self.country, self.postal_code = country, postal_code
        super().__init__(country)

    def __str__(self) -> str:
        if self.postal_code:
            return str(
                _("We do not deliver to %(place)s: a customs border lies in between. Choose another address.")
            ) % {"place": f"{self.postal_code} ({self.country})"}
        return str(_("We do not deliver to %(country)s from this shop. Choose another country.")) % {
            "country": self.country or "?"
        }


class UnknownShippingMethod(Exception):
    """No such way of delivery for this cart; the message asks to choose again."""

    def __str__(self) -> str:
        return str(_("Choose one of the delivery methods on offer."))


@dataclass(frozen=True, slots=True)
class ShippingMethod:
    """`price` is what this cart pays, `free_from` the subtotal from which it costs nothing; `days` fewest and most."""

    code: str
    name: str
    price: Money
    free_from: Money | None = None
    days: tuple[int, int] = (0, 0)


@dataclass(frozen=True, slots=True)
class _Rate:
    since: date
    standard: int
    free_from: int
    express: int
    standard_days: tuple[int, int]
    express_days: tuple[int, int]


# Minor units of the market's currency, newest first.
_RATES: dict[str, tuple[_Rate, ...]] = {
    "us": (_Rate(date(2024, 1, 1), 595, 5000, 1495, (3, 5), (1, 2)),),
    "uk": (_Rate(date(2024, 1, 1), 395, 4000, 795, (2, 4), (1, 1)),),
    "de": (_Rate(date(2024, 1, 1), 490, 5000, 990, (2, 4), (1, 2)),),
    "fr": (_Rate(date(2024, 1, 1), 490, 5000, 1090, (2, 4), (1, 2)),),
}


def shipping_methods(
    market: Market, to: Destination, subtotal: Money, physical: bool, *, on: date
) -> list[ShippingMethod]:
    """What a cart can choose from, the default first. Raises CannotShip; downloads go anywhere and cost nothing."""
    if not physical:
        return [ShippingMethod(DOWNLOAD, str(_("Download")), Money(0, market.currency))]
    if to.country not in market.countries:
        raise CannotShip(to.country)
    if is_outside(to.country, to.postal_code):
        raise CannotShip(to.country, to.postal_code)
    rate = next(r for r in _RATES[market.code] if r.since <= on)
    free = subtotal.amount >= rate.free_from
    return [
        ShippingMethod(
            STANDARD,
            str(_("Standard delivery")),
            Money(0 if free else rate.standard, market.currency),
            Money(rate.free_from, market.currency),
            rate.standard_days,
        ),
        ShippingMethod(
            EXPRESS, str(_("Express delivery")), Money(rate.express, market.currency), None, rate.express_days
        ),
    ]


def choose(methods: list[ShippingMethod], code: str) -> ShippingMethod:
    """The method called `code`. Raises UnknownShippingMethod."""
    for method in methods:
        if method.code == code:
            return method
    raise UnknownShippingMethod(code)
