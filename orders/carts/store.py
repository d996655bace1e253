"""The only code that knows how a cart is spelled in Redis. Each write is one script, then one note of the expiry."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from orders.carts import scripts
from orders.carts.cart import MAX_CODES, MAX_LINES, MAX_QUANTITY, Cart, CartGiftCard, CartLine, CartNotFound
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
    """One round trip. Raises CartNotFound."""
    with tier("cache"):
        found = redis.store().hgetall(_key(cart_id))
    if not found:
        raise CartNotFound(cart_id)
    return _cart(cart_id, found)


def create(*, cart_id: str, market: str, now: datetime) -> Cart:
    return _write(scripts.CREATE, cart_id, now, market)


def put_line(*, cart_id: str, line: NewLine, add: bool, now: datetime, make: bool = False) -> Cart:
    """Set a line's quantity (0 removes it) or, with `add`, add to it; `make` a cart that does not exist.

    Raises CartNotFound, BadQuantity, CartFull.
    """
    price = line.seen_price
    return _write(
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
    )


def put_code(*, cart_id: str, code: str, now: datetime) -> Cart:
    """Add a coupon's code; one that is there changes nothing. Raises CartNotFound, TooManyCodes."""
    return _write(scripts.PUT_CODE, cart_id, now, f"c:{code}", "", MAX_CODES)


def put_gift_card(*, cart_id: str, card: CartGiftCard, now: datetime) -> Cart:
    """Add a gift card; one that is there changes nothing. Raises CartNotFound, TooManyCodes."""
    return _write(scripts.PUT_CODE, cart_id, now, f"g:{card.card_hash}", card.last4, MAX_CODES)


def remove_code(*, cart_id: str, code: str = "", card_hash: str = "", now: datetime) -> Cart:
    """Take a code or a gift card out; one that is not there changes nothing. Raises CartNotFound."""
    return _write(scripts.REMOVE_CODE, cart_id, now, f"g:{card_hash}" if card_hash else f"c:{code}")


def clear(*, cart_id: str, now: datetime, version: int | None = None) -> Cart:
    """Empty the cart, if given only in that `version`. Raises CartNotFound, CartChanged."""
    return _write(scripts.CLEAR, cart_id, now, "" if version is None else version)


def sweep(*, now: datetime, limit: int = 500) -> int:
    """Forget up to `limit` carts nobody touched for CART_DAYS; returns how many were due."""
    due = _script(scripts.TAKE_DUE)(keys=[_expiries()], args=[_ms(now), limit], client=redis.store())
    for member in due:
        later = _script(scripts.FORGET)(keys=[_key(member.decode())], args=[_ms(now)], client=redis.store())
        if int(later):
            redis.store().zadd(_expiries(), {member: int(later)})
    return len(due)


def _write(script: str, cart_id: str, now: datetime, *args: Any) -> Cart:
    seconds = settings.CART_DAYS * 24 * 3600
    with tier("cache"):
        answer = _script(script)(keys=[_key(cart_id)], args=[_ms(now), seconds, *args], client=redis.store())
        verdict, flat = answer[:2]
        if verdict != b"ok":
            raise _REFUSALS[verdict](cart_id)
        # Another slot of a cluster, hence a command of its own; lost, it only leaves the cart to the store's expiry.
        if int(answer[2]):
            redis.store().zadd(_expiries(), {cart_id: int(answer[2])})
    return _cart(cart_id, dict(zip(flat[::2], flat[1::2], strict=True)))


_REFUSALS: dict[bytes, type[Exception]] = {
    b"missing": CartNotFound,
    b"too_many": BadQuantity,
    b"full": CartFull,
    b"changed": CartChanged,
    b"many_codes": TooManyCodes,
}


@cache
def _script(source: str) -> Any:
    return redis.store().register_script(source)


def _key(cart_id: str) -> str:
    # The braces are a hash tag: all of a cart lives on one slot of a cluster.
    return redis.key("cart", "{" + cart_id + "}")


def _expiries() -> str:
    return redis.key("cart-expiries")


def _ms(at: datetime) -> int:
    return int(at.timestamp() * 1000)


def _cart(cart_id: str, fields: dict[bytes, bytes]) -> Cart:
    return Cart(
        cart_id=cart_id,
        version=int(fields[b"v"]),
        market=fields.get(b"m", b"").decode(),
        expires_at=datetime.fromtimestamp(int(fields[b"e"]) / 1000, tz=UTC),
        lines=tuple(_lines(fields.items())),
        codes=tuple(name for name, _last4 in _codes(fields, b"c:")),
        gift_cards=tuple(CartGiftCard(name, last4) for name, last4 in _codes(fields, b"g:")),
    )


def _codes(fields: dict[bytes, bytes], prefix: bytes) -> list[tuple[str, str]]:
    """What follows the prefix, with what a gift card ends in, in the order in which they were entered."""
    found = []
    for name, value in fields.items():
        if name.startswith(prefix):
            position, _space, last4 = value.decode().partition(" ")
            found.append((int(position), name[2:].decode(), last4))
    return [(name, last4) for _position, name, last4 in sorted(found)]


def _lines(fields: Iterable[tuple[bytes, bytes]]) -> list[CartLine]:
    found = []
    for name, value in fields:
        if name.startswith(b"l:"):
            quantity, product_id, amount, currency, position = value.decode().split(" ")
            seen = Money(int(amount), currency) if amount != "-" else None
            found.append((int(position), CartLine(name[2:].decode(), product_id, int(quantity), seen)))
    return [line for _position, line in sorted(found, key=lambda pair: (pair[0], pair[1].sku))]
