"""Several products into the cart at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django.utils.translation import gettext as _

from orders.carts.cart import MAX_QUANTITY, Caller, Cart, CartNotFound
from orders.carts.store import BadQuantity, CartFull
from orders.services import carts
from shopcloud.lib.market import Market


@dataclass(frozen=True, slots=True)
class AddedBundle:
    """`cart` is None where nothing could be added; `refused` says of each that could not, why."""

    cart: Cart | None
    count: int
    refused: tuple[str, ...]


def add_bundle(
    *, cart_id: str | None, items: Sequence[tuple[str, str]], market: Market, now: datetime, caller: Caller
) -> AddedBundle:
    """One unit of each (product id, SKU), as far as they can be had; a cart that is gone is begun anew."""
    cart: Cart | None = None
    count, refused = 0, list[str]()
    for product_id, sku in items:
        try:
            cart = _add(cart.cart_id if cart else cart_id, product_id, sku, market, now, caller)
            count += 1
        except (carts.NotForSale, CartFull) as refusal:
            refused.append(str(refusal))
        except BadQuantity:
            # One unit is no bad choice of theirs: the cart has as many as a line may have.
            told = {"most": MAX_QUANTITY, "title": carts.known_product(product_id).title}
            refused.append(_("Your cart has %(most)d of %(title)s already, and takes no more.") % told)
    return AddedBundle(cart, count, tuple(refused))


def _add(cart_id: str | None, product_id: str, sku: str, market: Market, now: datetime, caller: Caller) -> Cart:
    add = partial(carts.add_line, product_id=product_id, sku=sku, quantity=1, now=now, market=market, caller=caller)
    try:
        return add(cart_id=cart_id).cart
    except CartNotFound:
        return add(cart_id=None).cart
