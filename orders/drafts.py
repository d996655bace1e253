"""What a draft order costs today, and what stands in the way of sending it. Nothing is written here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.utils.translation import gettext as _

from accounts.domain import InvalidAddress, postal_address
from catalog import queries as catalog
from catalog.domain import Freshness, Product
from orders.carts.cart import CartLine
from orders.models import StockItem
from orders.pricing.destination import Destination
from orders.pricing.offers import Offer, PriceMissing, ProductGone, offer, offered
from orders.pricing.promotions import Deals, Kind, Rule
from orders.pricing.quote import Quote, is_physical, quote
from orders.pricing.shipping import CannotShip, UnknownShippingMethod
from shopcloud.lib.market import Market
from shopcloud.lib.money import Money

MANUAL = "Discount"
MAX_LINES, MAX_QUANTITY = 100, 999


class UnknownSku(LookupError):
    """No product has this SKU."""

    def __str__(self) -> str:
        return _("No product has the SKU %(sku)s.") % {"sku": self.args[0]}


@dataclass(frozen=True, slots=True)
class WantedLine:
    """`price` in minor units overrides the catalog's; None takes the catalog's of today."""

    sku: str
    product_id: str
    quantity: int
    price: int | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """Everything staff say of a draft. `address` has the fields of PostalAddress and may be incomplete."""

    email: str
    lines: tuple[WantedLine, ...] = ()
    address: Mapping[str, str] = field(default_factory=dict)
    shipping_method: str = ""
    discount: int = 0
    message: str = ""
    hold_hours: int = 24


@dataclass(frozen=True, slots=True)
class DraftedLine:
    """A line with its offer, or with what is wrong. `catalog_price` is None where the market has none."""

    wanted: WantedLine
    offer: Offer | None
    catalog_price: Money | None
    trouble: str = ""

    @property
    def title(self) -> str:
        return self.offer.product.title if self.offer else self.wanted.sku


@dataclass(frozen=True, slots=True)
class Priced:
    """`quote` covers the lines without trouble, None while there are none. A draft with `troubles` cannot be sent."""

    lines: tuple[DraftedLine, ...]
    quote: Quote | None
    troubles: tuple[str, ...]

    @property
    def offers(self) -> list[Offer]:
        return [line.offer for line in self.lines if line.offer]

    @property
    def is_physical(self) -> bool:
        return is_physical(self.offers)


def line_of_sku(sku: str) -> WantedLine:
    """One of a SKU, whose product is known from its stock or from the search index. Raises UnknownSku."""
    known = StockItem.objects.filter(pk=sku).values_list("product_id", flat=True).first()
    if known:
        return WantedLine(sku, known, 1)
    found = catalog.variant_with_sku(sku)
    if found is None:
        raise UnknownSku(sku)
    product, variant = found
    return WantedLine(variant.sku, product.product_id, 1)


def price(wanted: Wanted, *, market: Market, now: datetime, freshness: Freshness = Freshness.CACHED) -> Priced:
    """The draft at today's prices. `freshness` is STRONG where the answer is sold, CACHED where it is looked at."""
    products = catalog.products_by_id({line.product_id for line in wanted.lines}, freshness=freshness)
    lines = tuple(_line(line, products.get(line.product_id), market) for line in wanted.lines)
    troubles = [line.trouble for line in lines if line.trouble]
    offers = [line.offer for line in lines if line.offer]
    if not lines:
        troubles.append(_("Add at least one line."))
    if not offers:
        return Priced(lines, None, tuple(troubles))
    troubles += _address_troubles(wanted, offers, market)
    try:
        quoted = _quote(wanted, offers, market, now)
    except (CannotShip, UnknownShippingMethod) as refusal:
        return Priced(lines, None, (*troubles, str(refusal)))
    return Priced(lines, quoted, tuple(troubles))


def _line(wanted: WantedLine, product: Product | None, market: Market) -> DraftedLine:
    line = CartLine(sku=wanted.sku, product_id=wanted.product_id, quantity=wanted.quantity)
    product = product.in_language(market.language) if product else None
    variant = product.variant(wanted.sku) if product else None
    listed = variant.price(market.currency) if variant else None
    own = None if wanted.price is None else Money(wanted.price, market.currency)
    try:
        made = offer(line, product, market)
    except PriceMissing as missing:
        if own is None or product is None or variant is None:
            return DraftedLine(wanted, None, None, str(missing))
        return DraftedLine(wanted, offered(product, variant, wanted.quantity, own, market), None)
    except ProductGone as gone:
        return DraftedLine(wanted, None, listed, str(gone))
    return DraftedLine(wanted, replace(made, price=own) if own else made, listed)


def _quote(wanted: Wanted, offers: Sequence[Offer], market: Market, now: datetime) -> Quote:
    given = wanted.address
    country = given.get("country") or market.countries[0]
    rule = Rule(rule_id=0, name=MANUAL, kind=Kind.FIXED, amounts=((market.currency, wanted.discount),))
    return quote(
        offers,
        market=market,
        destination=Destination(
            country=country, region=given.get("region", ""), postal_code=given.get("postal_code", "")
        ),
        shipping_method=wanted.shipping_method or None,
        on=now.date(),
        deals=Deals(now=now, rules=(rule,) if wanted.discount else ()),
    )


def _address_troubles(wanted: Wanted, offers: Sequence[Offer], market: Market) -> list[str]:
    if not is_physical(offers):
        return []
    try:
        postal_address(wanted.address, allowed=market.countries)
    except InvalidAddress as invalid:
        return [_("The delivery address is not complete: %(fields)s.") % {"fields": ", ".join(invalid.errors)}]
    return []
