"""A person's cart in PostgreSQL, so that it outlives Redis and follows them to another device."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog
from django.db import DatabaseError

from orders.carts.cart import Cart, CartGiftCard, CartLine, Contents
from orders.models import SavedCart
from shopcloud.lib import guards, ids
from shopcloud.lib.money import Money

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Mirrored:
    """A cart as the mirror holds it."""

    cart_id: str
    version: int
    market: str
    held: Contents


def keep(cart: Cart, *, now: datetime) -> None:
    """Copy the cart, unless the mirror holds a newer version. PostgreSQL away: the next change catches up."""
    condition: dict[str, Any] = {"cart_id": cart.cart_id, "user_id": cart.owner}
    if guards.stands("carts.mirror"):
        condition["version__lt"] = cart.version
    try:
        SavedCart.objects.filter(**condition).update(
            version=cart.version,
            market=cart.market,
            lines=_rows(cart.lines),
            saved=_rows(cart.saved),
            codes=list(cart.codes),
            gift_cards=[{"hash": card.card_hash, "last4": card.last4} for card in cart.gift_cards],
            updated_at=now,
        )
    except DatabaseError as error:
        log.warning("carts.mirror_missed", error=type(error).__name__)


def of_person(*, user_id: int, market: str, now: datetime) -> Mirrored:
    """The person's cart; an empty one is begun where they have none."""
    row, _is_new = SavedCart.objects.get_or_create(
        user_id=user_id, defaults={"cart_id": ids.secret_token(), "market": market, "updated_at": now}
    )
    return as_mirrored(row)


def cart_id_of_person(user_id: int) -> str | None:
    """The id of the person's cart; None while they have none."""
    return SavedCart.objects.filter(user_id=user_id).values_list("cart_id", flat=True).first()


def as_mirrored(row: SavedCart) -> Mirrored:
    cards = tuple(CartGiftCard(card["hash"], card["last4"]) for card in row.gift_cards)
    held = Contents(_lines(row.lines), _lines(row.saved), tuple(row.codes), cards)
    return Mirrored(row.cart_id, row.version, row.market, held)


def forget_untouched(*, before: datetime, limit: int = 1000) -> int:
    """Drop up to `limit` carts untouched since `before`; what is saved for later stays. Returns how many were due."""
    old = SavedCart.objects.filter(updated_at__lt=before)
    nothing_saved = old.filter(saved=[])[:limit].values("pk")
    dropped = SavedCart.objects.filter(pk__in=nothing_saved, updated_at__lt=before).delete()[0]
    kept = old.exclude(saved=[]).exclude(lines=[])[:limit].values("pk")
    emptied = SavedCart.objects.filter(pk__in=kept, updated_at__lt=before)
    return dropped + emptied.update(lines=[], codes=[], gift_cards=[])


def _rows(lines: Iterable[CartLine]) -> list[dict[str, Any]]:
    return [
        {
            "sku": line.sku,
            "product_id": line.product_id,
            "quantity": line.quantity,
            "price": line.seen_price.amount if line.seen_price else None,
            "currency": line.seen_price.currency if line.seen_price else None,
        }
        for line in lines
    ]


def _lines(rows: Iterable[dict[str, Any]]) -> tuple[CartLine, ...]:
    return tuple(
        CartLine(
            row["sku"],
            row["product_id"],
            row["quantity"],
            Money(row["price"], row["currency"]) if row["currency"] else None,
        )
        for row in rows
    )
