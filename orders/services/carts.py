"""Changes of a cart. The product is checked on its cached copy, so that a guest's cart costs no SQL."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from catalog import queries as catalog
from catalog.domain import PRODUCT_ID, Freshness, Product
from orders.carts import moving, store
from orders.carts.cart import MAX_QUANTITY, STRANGER, Caller, Cart
from orders.carts.store import BadQuantity, NewLine
from orders.pricing.priced_cart import PricedLine, priced_lines
from shopcloud.lib import ids
from shopcloud.lib.market import Market
from shopcloud.lib.money import Money


class NotForSale(Exception):
    """This product or SKU cannot be put into a cart; the message says why."""


class UnknownItem(NotForSale):
    """There is no such product, or it has no such SKU."""

    def __str__(self) -> str:
        return _("We do not know this item. It may have been removed from the shop.")


class SoldOut(NotForSale):
    """The SKU is sold out."""

    def __str__(self) -> str:
        return _("%(title)s is sold out.") % {"title": self.args[0]}


class Withdrawn(NotForSale):
    """The product is archived or not published, or has no price in the market's currency."""

    def __str__(self) -> str:
        return _("%(title)s is not for sale at the moment.") % {"title": self.args[0]}


def new_cart(*, market: Market, now: datetime) -> Cart:
    """An empty cart with an id nobody can guess."""
    return store.create(cart_id=ids.secret_token(), market=market.code, now=now)


@dataclass(frozen=True, slots=True)
class Added:
    """The cart after something was put in, and the line it went to."""

    cart: Cart
    line: PricedLine


def add_line(
    *,
    cart_id: str | None,
    product_id: str,
    sku: str,
    quantity: int,
    now: datetime,
    market: Market,
    caller: Caller = STRANGER,
) -> Added:
    """Put `quantity` more of a SKU into the cart, or into a new one where `cart_id` is None.

    Raises NotForSale, BadQuantity, CartFull, CartNotFound.
    """
    if not 1 <= quantity <= MAX_QUANTITY:
        raise BadQuantity(quantity)
    product = known_product(product_id)
    line = NewLine(sku, product_id, quantity, _price(product, sku, market), market.code)
    made = cart_id or ids.secret_token()
    changed = store.put_line(cart_id=made, line=line, add=True, now=now, make=cart_id is None, caller=caller)
    (priced,) = priced_lines(
        (held for held in changed.lines if held.sku == sku),
        market=market,
        products={product_id: product},
        levels=None,
    )
    return Added(changed, priced)


def set_line(
    *,
    cart_id: str,
    product_id: str,
    sku: str,
    quantity: int,
    now: datetime,
    market: Market | None = None,
    caller: Caller = STRANGER,
) -> Cart:
    """Make a line's quantity exactly this; 0 removes it, whatever became of the product. Raises as `add_line`.

    Without a `market` the price the shopper saw is not kept.
    """
    return put_line(
        cart_id=cart_id, product_id=product_id, sku=sku, quantity=quantity, now=now, market=market, caller=caller
    ).cart


@dataclass(frozen=True, slots=True)
class Put:
    """The cart after a line was set, and the products that were read for it: nobody need read them again."""

    cart: Cart
    products: Mapping[str, Product]


def put_line(
    *, cart_id: str, product_id: str, sku: str, quantity: int, now: datetime, market: Market | None, caller: Caller
) -> Put:
    """As `set_line`, with the product it went by."""
    if quantity == 0:
        return Put(remove_line(cart_id=cart_id, sku=sku, now=now, caller=caller), {})
    if not 1 <= quantity <= MAX_QUANTITY:
        raise BadQuantity(quantity)
    product = known_product(product_id)
    price = _price(product, sku, market)
    line = NewLine(sku, product_id, quantity, price, market.code if market else "")
    cart = store.put_line(cart_id=cart_id, line=line, add=False, now=now, caller=caller)
    return Put(cart, {product_id: product})


def remove_line(*, cart_id: str, sku: str, now: datetime, caller: Caller = STRANGER) -> Cart:
    """Take a SKU out; one that is not there changes nothing. Raises CartNotFound."""
    line = NewLine(sku, "-", 0, None, "")
    return store.put_line(cart_id=cart_id, line=line, add=False, now=now, caller=caller)


def clear(*, cart_id: str, now: datetime, version: int | None = None, caller: Caller = STRANGER) -> Cart:
    """Empty the cart, if given only in that `version`. Raises CartNotFound, CartChanged."""
    return store.clear(cart_id=cart_id, now=now, version=version, caller=caller)


def save_for_later(*, cart_id: str, sku: str, now: datetime, caller: Caller = STRANGER) -> Cart:
    """Put a line aside, where it waits without being bought. Raises CartNotFound, SavedFull."""
    return moving.save_for_later(cart_id=cart_id, sku=sku, now=now, caller=caller)


def back_to_cart(*, cart_id: str, sku: str, now: datetime, caller: Caller = STRANGER) -> Cart:
    """Put what was saved for later into the cart again. Raises CartNotFound, CartFull."""
    return moving.back_to_cart(cart_id=cart_id, sku=sku, now=now, caller=caller)


def forget_saved(*, cart_id: str, sku: str, now: datetime, caller: Caller = STRANGER) -> Cart:
    """Drop what was saved for later. Raises CartNotFound."""
    return moving.forget_saved(cart_id=cart_id, sku=sku, now=now, caller=caller)


def known_product(product_id: str) -> Product:
    if not PRODUCT_ID.fullmatch(product_id):
        raise UnknownItem(product_id)
    try:
        return catalog.product(product_id, freshness=Freshness.CACHED).in_language(get_language() or "en")
    except catalog.ProductNotFound:
        raise UnknownItem(product_id) from None


def _price(product: Product, sku: str, market: Market | None) -> Money | None:
    variant = product.variant(sku)
    if variant is None:
        raise UnknownItem(sku)
    price = variant.price(market.currency) if market else None
    if not product.is_active or (market and price is None):
        raise Withdrawn(product.title)
    if not variant.in_stock:
        raise SoldOut(product.title)
    return price
