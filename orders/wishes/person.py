"""A person's wishlist: one row of PostgreSQL, so that one statement decides what is added."""

import json
from typing import Any

from orders.models import Wishlist
from orders.wishes.wish import MAX_WISHES, Wish, WishlistFull, newest_first, to_text
from shopcloud.lib import guards, ids, residency

_ADD = """
INSERT INTO orders_wishlist AS list (user_id, items) VALUES (%(user)s, %(item)s)
ON CONFLICT (user_id) DO UPDATE SET items = list.items || EXCLUDED.items
WHERE NOT list.items ? %(product)s AND (SELECT count(*) FROM jsonb_object_keys(list.items)) < %(most)s
"""
_REMOVE = "UPDATE orders_wishlist SET items = items - %s WHERE user_id = %s AND items ? %s"


def wishes(user_id: int) -> list[Wish]:
    """The newest first; one query."""
    return newest_first(_items(user_id))


def product_ids(user_id: int) -> list[str]:
    return list(_items(user_id))


def add(user_id: int, wish: Wish) -> None:
    """A product that is there stays as it is. Raises WishlistFull."""
    told: dict[str, str | int] = {
        "user": user_id,
        "item": f"{{{json.dumps(wish.product_id)}:{to_text(wish)}}}",
        "product": wish.product_id,
        "most": MAX_WISHES if guards.stands("wishes.room") else 10 * MAX_WISHES,
    }
    with residency.connection().cursor() as cursor:
        cursor.execute(_ADD, told)
        added = cursor.rowcount
    if not added and wish.product_id not in _items(user_id):
        raise WishlistFull


def remove(user_id: int, product_id: str) -> None:
    with residency.connection().cursor() as cursor:
        cursor.execute(_REMOVE, [product_id, user_id, product_id])


@residency.atomic()
def take_in(user_id: int, brought: list[Wish]) -> int:
    """Add what a guest's list held, the newest first, as far as there is room; how many found none.

    What the person has stays as it is, so that taking the same list in twice changes nothing.
    """
    Wishlist.objects.bulk_create([Wishlist(user_id=user_id)], ignore_conflicts=True)
    mine = Wishlist.objects.select_for_update().get(user_id=user_id)
    new = [wish for wish in brought if wish.product_id not in mine.items]
    fitting = new[: max(0, MAX_WISHES - len(mine.items))]
    mine.items |= {wish.product_id: wish.to_row() for wish in fitting}
    mine.save(update_fields=["items"])
    return len(new) - len(fitting)


def forget(user_id: int) -> None:
    Wishlist.objects.filter(user_id=user_id).delete()


# -- the link that shows a list to others ----------------------------------------------------------------------


def share_token(user_id: int) -> str | None:
    return Wishlist.objects.filter(user_id=user_id).values_list("share_token", flat=True).first()


def share(user_id: int) -> str:
    """The list's token, which is made where it has none."""
    Wishlist.objects.bulk_create([Wishlist(user_id=user_id)], ignore_conflicts=True)
    mine = Wishlist.objects.filter(user_id=user_id)
    mine.filter(share_token=None).update(share_token=ids.secret_token())
    return mine.values_list("share_token", flat=True).get() or ""


def stop_sharing(user_id: int) -> None:
    """From now on the link leads nowhere; the next one is another."""
    Wishlist.objects.filter(user_id=user_id).update(share_token=None)


def shared(token: str) -> list[Wish] | None:
    """What is on the list with this link, in whichever home it lies; None where there is no such link, or no longer."""
    found = residency.seek(Wishlist.objects.filter(share_token=token).values_list("items", flat=True).first)
    return None if found is None else newest_first(found)


def _items(user_id: int) -> dict[str, Any]:
    return Wishlist.objects.filter(user_id=user_id).values_list("items", flat=True).first() or {}
