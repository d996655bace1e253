"""Changes of a wishlist, whoever holds it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core import signing
from django.utils.translation import ngettext

from catalog.domain import Product
from orders.services.carts import UnknownItem, known_product
from orders.wishes import guest, person
from orders.wishes.wish import MAX_WISHES, Holder, Wish, from_row
from shopcloud.lib.market import Market
from shopcloud.lib.money import Money

_SALT = "orders.wishes.removed"


def wishes_of(holder: Holder) -> list[Wish]:
    """The newest first; one read of one store."""
    return guest.wishes(holder.guest_id) if holder.user_id is None else person.wishes(holder.user_id)


def product_ids_of(holder: Holder) -> list[str]:
    return guest.product_ids(holder.guest_id) if holder.user_id is None else person.product_ids(holder.user_id)


def add_wish(*, holder: Holder, product_id: str, sku: str = "", market: Market, now: datetime) -> None:
    """Save a product, and its price of now, for later; one that is there stays as it is.

    Raises UnknownItem, WishlistFull.
    """
    product = known_product(product_id)
    if not product.is_active or (sku and product.variant(sku) is None):
        raise UnknownItem(product_id)
    _put(holder, Wish(product_id, sku, _price(product, sku, market), now))


def remove_wish(*, holder: Holder, product_id: str) -> Wish | None:
    """Take a product off; what was there, to put back. One that is not there changes nothing."""
    found = next((wish for wish in wishes_of(holder) if wish.product_id == product_id), None)
    if found and holder.user_id is None:
        guest.remove(holder.guest_id, product_id)
    elif found and holder.user_id is not None:
        person.remove(holder.user_id, product_id)
    return found


def receipt_of(wish: Wish) -> str:
    """What brings a removed wish back as it was; signed, for the page keeps it."""
    return signing.dumps([wish.product_id, wish.to_row()], salt=_SALT, compress=True)


def put_back(*, holder: Holder, receipt: str) -> None:
    """Undo a removal. Raises WishlistFull, and UnknownItem for what is no receipt of ours."""
    try:
        product_id, row = signing.loads(receipt, salt=_SALT, max_age=24 * 3600)
    except signing.BadSignature:
        raise UnknownItem(receipt) from None
    _put(holder, from_row(product_id, row))


@dataclass(frozen=True, slots=True)
class TakenOver:
    """`dropped` wishes of the guest found no room on the person's list; `note` says so, empty where all did."""

    dropped: int = 0

    @property
    def note(self) -> str:
        if not self.dropped:
            return ""
        return ngettext(
            "%(count)d product did not fit on your wishlist: it holds %(most)d at most.",
            "%(count)d products did not fit on your wishlist: it holds %(most)d at most.",
            self.dropped,
        ) % {"count": self.dropped, "most": MAX_WISHES}


def take_over(*, guest_id: str, user_id: int) -> TakenOver:
    """Bring a guest's list into the person's. May be called twice, and from two tabs at once."""
    brought = guest.wishes(guest_id)
    if not brought:
        return TakenOver()
    dropped = person.take_in(user_id, brought)
    guest.forget(guest_id)
    return TakenOver(dropped)


# -- what a person may ask of us -------------------------------------------------------------------------------


def export_of(user_id: int) -> list[dict[str, Any]]:
    """All that is kept of a person's wishes, readable."""
    return [
        {
            "product_id": wish.product_id,
            "sku": wish.sku,
            "price": wish.price.amount if wish.price else None,
            "currency": wish.price.currency if wish.price else None,
            "added_at": wish.added_at.isoformat(),
        }
        for wish in person.wishes(user_id)
    ]


def erase_of(user_id: int) -> None:
    """Forget the list and its link."""
    person.forget(user_id)


def _put(holder: Holder, wish: Wish) -> None:
    if holder.user_id is None:
        guest.add(holder.guest_id, wish)
    else:
        person.add(holder.user_id, wish)


def _price(product: Product, sku: str, market: Market) -> Money | None:
    variant = product.variant(sku) if sku else None
    return variant.price(market.currency) if variant else product.price_from(market.currency)
