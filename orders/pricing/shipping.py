"""How a parcel can be delivered, and what that costs by the price lists that staff keep: pure, without a store."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from orders.pricing.destination import Destination
from orders.pricing.tax.territories import is_outside
from shopcloud.lib.market import Market
from shopcloud.lib.money import Money

STANDARD, EXPRESS, DOWNLOAD = "standard", "express", "download"


class CannotShip(Exception):
    """The market does not deliver to this country, or not to this part of it, or nothing so heavy."""

    def __init__(self, country: str, postal_code: str = ""):
        self.country, self.postal_code = country, postal_code
        super().__init__(country)

    def __str__(self) -> str:
        if self.postal_code:
            return str(_("We do not deliver to %(place)s from this shop. Choose another address.")) % {
                "place": f"{self.postal_code} ({self.country})"
            }
        return str(_("We do not deliver to %(country)s from this shop. Choose another country.")) % {
            "country": self.country or "?"
        }


class TooHeavy(CannotShip):
    """No way of delivery there carries so much."""

    def __str__(self) -> str:
        return str(_("This order is too heavy for one delivery. Take something out, or order it apart."))


class UnknownShippingMethod(Exception):
    """No such way of delivery for this cart; the message asks to choose again."""

    def __str__(self) -> str:
        return str(_("Choose one of the delivery methods on offer."))


@dataclass(frozen=True, slots=True)
class Parcel:
    """What is to be delivered: `subtotal` counts for thresholds, `grams` for weights; downloads are not physical."""

    subtotal: Money
    grams: int = 0
    physical: bool = True


@dataclass(frozen=True, slots=True)
class ShippingMethod:
    """`price` is what this cart pays, `free_from` the subtotal from which it costs nothing; `days` fewest and most."""

    code: str
    name: str
    price: Money
    free_from: Money | None = None
    days: tuple[int, int] = (0, 0)


@dataclass(frozen=True, slots=True)
class Rate:
    currency: str
    since: date
    from_grams: int
    to_grams: int | None
    from_subtotal: int
    price: int

    def carries(self, grams: int) -> bool:
        return self.from_grams <= grams and (self.to_grams is None or grams < self.to_grams)


@dataclass(frozen=True, slots=True)
class Way:
    """A method as staff keep it: `names` by language, the first as a fallback."""

    code: str
    names: tuple[tuple[str, str], ...]
    days: tuple[int, int]
    rates: tuple[Rate, ...]

    @property
    def name(self) -> str:
        language = (get_language() or "en").partition("-")[0]
        return dict(self.names).get(language) or self.names[0][1]

    def offered(self, parcel: Parcel, *, on: date) -> ShippingMethod | None:
        """None where its price list of that day has no rate for the parcel."""
        currency = parcel.subtotal.currency
        lists = [rate for rate in self.rates if rate.currency == currency and rate.since <= on]
        newest = max((rate.since for rate in lists), default=None)
        bands = [rate for rate in lists if rate.since == newest and rate.carries(parcel.grams)]
        reached = [rate for rate in bands if rate.from_subtotal <= parcel.subtotal.amount]
        if not reached:
            return None
        best = max(reached, key=lambda rate: rate.from_subtotal)
        free = min((rate.from_subtotal for rate in bands if not rate.price), default=None)
        return ShippingMethod(
            self.code,
            self.name,
            Money(best.price, currency),
            None if free is None else Money(free, currency),
            self.days,
        )


@dataclass(frozen=True, slots=True)
class Zone:
    market: str
    countries: frozenset[str]
    postal_prefixes: tuple[str, ...]
    ways: tuple[Way, ...]

    def fit(self, market: Market, to: Destination) -> int:
        """How exactly the zone names the address: 0 not at all, 1 by country, more by the postal code's beginning."""
        if self.market != market.code or to.country not in self.countries:
            return 0
        if not self.postal_prefixes:
            return 1
        code = to.postal_code.replace(" ", "").upper()
        return max((1 + len(prefix) for prefix in self.postal_prefixes if code.startswith(prefix)), default=0)


def shipping_methods(
    zones: Sequence[Zone], market: Market, to: Destination, parcel: Parcel, *, on: date
) -> list[ShippingMethod]:
    """What a cart can choose from, the default first. Raises CannotShip; downloads go anywhere and cost nothing."""
    if not parcel.physical:
        return [ShippingMethod(DOWNLOAD, str(_("Download")), Money(0, market.currency))]
    if to.country not in market.countries:
        raise CannotShip(to.country)
    zone = max(zones, key=lambda zone: zone.fit(market, to), default=None)
    if zone is None or not zone.fit(market, to) or is_outside(to.country, to.postal_code):
        raise CannotShip(to.country, to.postal_code)
    offered = [method for way in zone.ways if (method := way.offered(parcel, on=on))]
    if not offered:
        raise TooHeavy(to.country) if zone.ways else CannotShip(to.country, to.postal_code)
    return offered


def choose(methods: list[ShippingMethod], code: str) -> ShippingMethod:
    """The method called `code`. Raises UnknownShippingMethod."""
    for method in methods:
        if method.code == code:
            return method
    raise UnknownShippingMethod(code)
