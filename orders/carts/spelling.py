"""A cart as a hash spells it: fields of bytes read into a Cart, and a Cart's parts written as fields."""

from collections.abc import Mapping
from datetime import UTC, datetime

from orders.carts.cart import Cart, CartGiftCard, CartLine, Contents
from shopcloud.lib.money import Money

LINE, SAVED, CODE, GIFT_CARD = "l:", "s:", "c:", "g:"


def cart_from(cart_id: str, fields: Mapping[bytes, bytes]) -> Cart:
    """The cart that a hash spells."""
    owner = fields.get(b"o")
    return Cart(
        cart_id=cart_id,
        version=int(fields[b"v"]),
        market=fields.get(b"m", b"").decode(),
        expires_at=datetime.fromtimestamp(int(fields[b"e"]) / 1000, tz=UTC),
        lines=lines_of(fields, LINE),
        saved=lines_of(fields, SAVED),
        codes=tuple(name for name, _last4 in _codes(fields, CODE)),
        gift_cards=tuple(CartGiftCard(name, last4) for name, last4 in _codes(fields, GIFT_CARD)),
        owner=int(owner) if owner else None,
    )


def fields_of(held: Contents) -> list[tuple[str, str]]:
    """Lines, saved lines and codes as fields with their values; their order becomes the position."""
    found = [(LINE + line.sku, _line(line, at)) for at, line in enumerate(held.lines)]
    found += [(SAVED + line.sku, _line(line, at)) for at, line in enumerate(held.saved)]
    found += [(CODE + code, f"{at} ") for at, code in enumerate(held.codes)]
    found += [(GIFT_CARD + card.card_hash, f"{at} {card.last4}") for at, card in enumerate(held.gift_cards)]
    return found


def _line(line: CartLine, position: int) -> str:
    price = line.seen_price
    amount, currency = (price.amount, price.currency) if price else ("-", "-")
    return f"{line.quantity} {line.product_id} {amount} {currency} {position}"


def lines_of(fields: Mapping[bytes, bytes], prefix: str) -> tuple[CartLine, ...]:
    """The lines whose fields begin with the prefix, in the order in which they were added."""
    found, wanted = [], prefix.encode()
    for name, value in fields.items():
        if name.startswith(wanted):
            quantity, product_id, amount, currency, position = value.decode().split(" ")
            seen = Money(int(amount), currency) if amount != "-" else None
            found.append((int(position), CartLine(name[2:].decode(), product_id, int(quantity), seen)))
    return tuple(line for _position, line in sorted(found, key=lambda pair: (pair[0], pair[1].sku)))


def _codes(fields: Mapping[bytes, bytes], prefix: str) -> list[tuple[str, str]]:
    """What follows the prefix, with what a gift card ends in, in the order in which they were entered."""
    found, wanted = [], prefix.encode()
    for name, value in fields.items():
        if name.startswith(wanted):
            position, _space, last4 = value.decode().partition(" ")
            found.append((int(position), name[2:].decode(), last4))
    return [(name, last4) for _position, name, last4 in sorted(found)]
