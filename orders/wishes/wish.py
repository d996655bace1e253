"""What somebody would like to have, and the price it had when they said so."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.utils.translation import gettext as _

from shopcloud.lib.money import Money

MAX_WISHES = 200


class WishlistFull(ValueError):
    """The list holds as many products as a list may."""

    def __str__(self) -> str:
        return _("A wishlist holds %(most)d products at most. Remove one to save another.") % {"most": MAX_WISHES}


@dataclass(frozen=True, slots=True)
class Holder:
    """Whose list it is: a person's, or a guest's by the id in their cookie; neither of both has an empty one."""

    user_id: int | None = None
    guest_id: str = ""


@dataclass(frozen=True, slots=True)
class Wish:
    """One product, of which `sku` was chosen where it is not empty. A list holds a product once."""

    product_id: str
    sku: str
    price: Money | None
    added_at: datetime

    def to_row(self) -> dict[str, Any]:
        price = {"price": self.price.amount, "currency": self.price.currency} if self.price else {}
        return {"sku": self.sku, "at": int(self.added_at.timestamp() * 1000), **price}


def from_row(product_id: str, row: Mapping[str, Any]) -> Wish:
    price = Money(row["price"], row["currency"]) if "price" in row else None
    return Wish(product_id, row["sku"], price, datetime.fromtimestamp(row["at"] / 1000, UTC))


def newest_first(rows: Mapping[str, Mapping[str, Any]]) -> list[Wish]:
    wishes = [from_row(product_id, row) for product_id, row in rows.items()]
    return sorted(wishes, key=lambda wish: (wish.added_at, wish.product_id), reverse=True)


def to_text(wish: Wish) -> str:
    return json.dumps(wish.to_row(), separators=(",", ":"))
