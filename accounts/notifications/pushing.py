"""What a signed-in person hears of at once: new notifications, and changes of their orders."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from accounts.notifications.words import Kind
from shopcloud.lib import feeds


def push(rows: Collection[tuple[int, int]], *, kind: Kind, facts: Mapping[str, Any], at: datetime) -> None:
    """Tell the people of these new rows, (id, person), where they listen. Call it after the commit."""
    told = {"kind": kind.value, "facts": dict(facts), "created_at": at.isoformat()}
    feeds.send("notification", [(feed_of(person), {"id": pk, **told}) for pk, person in rows])


def push_order(*, user_id: int, order: str, kind: Kind) -> None:
    """Tell a person that their order is not what it was. Told twice it says the same."""
    feeds.send("order", [(feed_of(user_id), {"order": order, "kind": kind.value})])


def forget(user_id: int) -> None:
    feeds.forget(feed_of(user_id))


def feed_of(user_id: int) -> str:
    return f"person:{user_id}"
