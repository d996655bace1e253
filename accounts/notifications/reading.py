"""Reads of the inbox: pages, newest first, and how many were not seen yet."""

from dataclasses import dataclass
from typing import Any

from accounts.notifications.models import Notification
from accounts.notifications.words import Words, words
from shopcloud.lib.market import Market

PAGE_SIZE = 20
# Beyond this a count says "many"; the database stops counting there.
MOST_COUNTED = 99


class BadCursor(ValueError):
    """The cursor is not one of ours."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A notification with its text in the reader's language."""

    row: Notification
    words: Words


@dataclass(frozen=True, slots=True)
class Page:
    """`next` is the cursor of the following page, None at the end."""

    shown: list[Shown]
    next: str | None


def page_of(user_id: int, *, market: Market, cursor: str = "", unread: bool = False, limit: int = PAGE_SIZE) -> Page:
    """One page in one statement, however deep; `unread` leaves out what was seen. Raises BadCursor."""
    mine = Notification.objects.filter(user_id=user_id, in_inbox=True).order_by("-pk")
    if unread:
        mine = mine.filter(read_at=None)
    if cursor:
        mine = mine.filter(pk__lt=_id_in(cursor))
    found = list(mine[: limit + 1])
    part = found[:limit]
    following = str(part[-1].pk) if len(found) > limit else None
    return Page([shown(row, market=market) for row in part], following)


def shown(row: Notification, *, market: Market) -> Shown:
    return Shown(row, words(row.kind, row.facts, market=market))


def unread_count(user_id: int) -> int:
    """How many the person has not seen: MOST_COUNTED + 1 stands for any more."""
    return Notification.objects.filter(user_id=user_id, in_inbox=True, read_at=None)[: MOST_COUNTED + 1].count()


def export_of(user_id: int) -> list[dict[str, Any]]:
    """All that is kept in a person's inbox, readable."""
    return [
        {
            "kind": row.kind,
            "facts": row.facts,
            "created_at": row.created_at.isoformat(),
            "read_at": row.read_at.isoformat() if row.read_at else None,
        }
        for row in Notification.objects.filter(user_id=user_id).order_by("pk")
    ]


def _id_in(cursor: str) -> int:
    if not (cursor.isascii() and cursor.isdigit()) or len(cursor) > 18:
        raise BadCursor(cursor)
    return int(cursor)
