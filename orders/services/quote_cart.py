"""What a cart will cost at a place, before it is ordered: the sums that the order will have."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django_countries import countries

from orders import deals, queries
from orders.carts.cart import Caller
from orders.deals import customer_of
from orders.gift_cards import share_out
from orders.pricing.destination import Destination
from orders.pricing.offers import ProductGone
from orders.pricing.priced_cart import PricedCart, Trouble
from orders.pricing.quote import Quote, quote
from orders.pricing.tax.vat_ids import business
from orders.services.destinations import InvalidPlace
from orders.services.place_order import CartEmpty
from orders.stock import OutOfStock
from shopcloud.lib.market import Market
from shopcloud.lib.money import Money


@dataclass(frozen=True, slots=True)
class CartQuote:
    """`tax_known` is False while the state, which decides the tax in the US, is not told."""

    quote: Quote
    gift_card: Money
    tax_known: bool

    @property
    def due(self) -> Money:
        return self.quote.total - self.gift_card


def quote_cart(
    cart_id: str, *, to: Mapping[str, str], method: str | None, market: Market, caller: Caller, now: datetime
) -> CartQuote:
    """`to` may have `country`, `region`, `postal_code`, `company`, `vat_id` and `email`; what is missing is not known
    yet. Changes nothing.

    Raises CartNotFound, CartEmpty, LinesUnknown, OutOfStock, ProductGone, InvalidPlace, InvalidBusiness, CannotShip,
    UnknownShippingMethod.
    """
    cart = queries.priced_cart(cart_id, market=market, now=now, caller=caller)
    _refuse_troubled(cart)
    customer = customer_of(caller.user_id, to.get("email", ""))
    there = _destination(to, market=market, physical=cart.is_physical)
    sums = quote(
        cart.offers,
        market=market,
        destination=there,
        shipping_method=method,
        on=now.date(),
        deals=deals.sell(cart.cart.codes, customer=customer, now=now),
    )
    paid = sum(part.amount for part in share_out(cart.cards, sums.total.amount))
    tax_known = there.country != "US" or bool(there.region)
    return CartQuote(sums, gift_card=Money(paid, market.currency), tax_known=tax_known)


def _refuse_troubled(cart: PricedCart) -> None:
    if not cart.lines:
        raise CartEmpty
    cart.check_known()
    for line in cart.lines:
        if line.trouble in {Trouble.SOLD_OUT, Trouble.SHORT}:
            raise OutOfStock(sku=line.sku, title=line.title, available=line.available or 0)
        if line.trouble:
            raise ProductGone(line.sku, line.title)


def _destination(to: Mapping[str, str], *, market: Market, physical: bool) -> Destination:
    country = to.get("country", "").upper() or market.countries[0]
    if country not in countries:
        raise InvalidPlace({"country": _("Choose a country from the list.")})
    found = business(company=to.get("company", ""), vat_id=to.get("vat_id", ""), country=country, online=False)
    return Destination(
        country=country,
        region=to.get("region", "").upper() if country == "US" else "",
        postal_code=to.get("postal_code", "").strip() if physical else "",
        vat_id=found.vat_id,
    )
