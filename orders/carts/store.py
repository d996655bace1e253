"""The only code that knows how a cart is spelled in Redis. Each write is one script, then one note of the expiry.

A cart that has an owner is copied to the mirror after each write, whoever wrote.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from orders.carts import mirror, scripts
from orders.carts.cart import (
    MAX_CODES,
    MAX_LINES,
    MAX_QUANTITY,
    MAX_SAVED,
    STRANGER,
    Caller,
    Cart,
    CartGiftCard,
    CartNotFound,
)
from orders.carts.spelling import cart_from
from shopcloud.lib import redis
from shopcloud.lib.money import Money
from shopcloud.lib.observability import tier


class BadQuantity(ValueError):
    """Not a quantity a cart line may have."""

    def __str__(self) -> str:
        return _("Choose a whole number from 1 to %(most)d.") % {"most": MAX_QUANTITY}


class CartFull(ValueError):
    """The cart has as many different items as a cart may have."""

    def __str__(self) -> str:
        return _("A cart holds %(most)d different items at most. Remove one to add another.") % {"most": MAX_LINES}


class TooManyCodes(ValueError):
    """The cart has as many codes as a cart may have."""

    def __str__(self) -> str:
        return _("A cart takes %(most)d codes at most. Remove one to use another.") % {"most": MAX_CODES}


class SavedFull(CartFull):
    """As many items are saved for later as may be."""

    def __str__(self) -> str:
        return _("You can save %(most)d items for later at most. Remove one to save another.") % {"most": MAX_SAVED}


class CartChanged(Exception):
    """The cart is no longer in the version that was meant."""

    def __str__(self) -> str:
        return _("Your cart changed meanwhile. Please look it over once more.")


@dataclass(frozen=True, slots=True)
class NewLine:
    """A line to write. `market` is the code of the market it is bought in."""

    sku: str
    product_id: str
    quantity: int
    seen_price: Money | None
    market: str


def read(cart_id: str) -> Cart:
    """One round trip; whoever asks. Raises CartNotFound."""
    with tier("cache"):
        found = redis.store().hgetall(key(cart_id))
    if not found or b"t" in found:
        raise CartNotFound(cart_id)
    return cart_from(cart_id, found)


def create(*, cart_id: str, market: str, now: datetime) -> Cart:
    return write(scripts.CREATE, cart_id, now, market)


def put_line(
    *, cart_id: str, line: NewLine, add: bool, now: datetime, make: bool = False, caller: Caller = STRANGER
) -> Cart:
    """Set a line's quantity (0 removes it) or, with `add`, add to it; `make` a cart that does not exist.

    Raises CartNotFound, BadQuantity, CartFull.
    """
    price = line.seen_price
    return write(
        scripts.PUT_LINE,
        cart_id,
        now,
        line.market,
        "add" if add else "set",
        line.sku,
        line.quantity,
        line.product_id,
        price.amount if price else "-",
        price.currency if price else "-",
        MAX_QUANTITY,
        MAX_LINES,
        int(make),
        caller.key,
    )


def put_code(*, cart_id: str, code: str, now: datetime, caller: Caller = STRANGER) -> Cart:
    """Add a coupon's code; one that is there changes nothing. Raises CartNotFound, TooManyCodes."""
    return write(scripts.PUT_CODE, cart_id, now, f"c:{code}", "", MAX_CODES, caller.key)


def put_gift_card(*, cart_id: str, card: CartGiftCard, now: datetime, caller: Caller = STRANGER) -> Cart:
    """Add a gift card; one that is there changes nothing. Raises CartNotFound, TooManyCodes."""
    return write(scripts.PUT_CODE, cart_id, now, f"g:{card.card_hash}", card.last4, MAX_CODES, caller.key)


def remove_code(*, cart_id: str, code: str = "", card_hash: str = "", now: datetime, caller: Caller = STRANGER) -> Cart:
    """Take a code or a gift card out; one that is not there changes nothing. Raises CartNotFound."""
    field = f"g:{card_hash}" if card_hash else f"c:{code}"
    return write(scripts.REMOVE_CODE, cart_id, now, field, caller.key)


def clear(*, cart_id: str, now: datetime, version: int | None = None, caller: Caller = STRANGER) -> Cart:
    """Empty the cart, if given only in that `version`. Raises CartNotFound, CartChanged."""
    return write(scripts.CLEAR, cart_id, now, "" if version is None else version, caller.key)


def write(source: str, cart_id: str, now: datetime, *args: Any, full: type[Exception] = CartFull) -> Cart:
    """Run a script whose ARGV begin with the time and the seconds a cart is kept; the cart as it is afterwards."""
    answer = run(source, [key(cart_id)], now, *args)
    if answer[0] != b"ok":
        raise (full if answer[0] == b"full" else _REFUSALS[answer[0]])(cart_id)
    return written(cart_id, answer, now)


def run(source: str, keys: list[str], now: datetime, *args: Any) -> list[Any]:
    """A script's answer as it is."""
    seconds = settings.CART_DAYS * 24 * 3600
    with tier("cache"):
        answer: list[Any] = script(source)(keys=keys, args=[ms(now), seconds, *args], client=redis.store())
    return answer


def written(cart_id: str, answer: list[Any], now: datetime) -> Cart:
    """The cart in a script's answer, after its expiry is noted and its owner's mirror told."""
    flat = answer[1]
    # Another slot of a cluster, hence a command of its own; lost, it only leaves the cart to the store's expiry.
    if int(answer[2]):
        with tier("cache"):
            redis.store().zadd(expiries(), {cart_id: int(answer[2])})
    cart = cart_from(cart_id, dict(zip(flat[::2], flat[1::2], strict=True)))
    if cart.owner is not None:
        mirror.keep(cart, now=now)
    return cart


_REFUSALS: dict[bytes, type[Exception]] = {
    b"missing": CartNotFound,
    b"too_many": BadQuantity,
    b"changed": CartChanged,
    b"many_codes": TooManyCodes,
}


@cache
def script(source: str) -> Any:
    return redis.store().register_script(source)


def key(cart_id: str, *more: str) -> str:
    # The braces are a hash tag: all of a cart lives on one slot of a cluster.
    return redis.key("cart", "{" + cart_id + "}", *more)


def expiries() -> str:
    return redis.key("cart-expiries")


def ms(at: datetime) -> int:
    return int(at.timestamp() * 1000)
