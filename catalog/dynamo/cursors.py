"""Cursors: opaque marks between two entries of a listing. They hold keys only, and are checked when they come back."""

import base64
import binascii
import json
import re
from dataclasses import dataclass

from catalog.repository import BadCursor

MAX_LENGTH = 400
_FORM = re.compile(r"[A-Za-z0-9_-]+")


@dataclass(frozen=True, slots=True)
class Mark:
    """The page after (or, `backwards`, before) the entry with this sort key in the listing called `listing`."""

    listing: str
    sort_key: str
    backwards: bool = False


def cursor_of(mark: Mark) -> str:
    plain = json.dumps([mark.listing, mark.sort_key, int(mark.backwards)], separators=(",", ":"))
    return base64.urlsafe_b64encode(plain.encode()).decode().rstrip("=")


def mark_of(cursor: str, *, listing: str, sort_key: re.Pattern[str]) -> Mark:
    """The mark of a cursor from outside. Raises BadCursor unless it belongs to `listing` and has a sort key's form."""
    if len(cursor) > MAX_LENGTH or not _FORM.fullmatch(cursor):
        raise BadCursor
    try:
        found = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (binascii.Error, ValueError):
        raise BadCursor from None
    match found:
        case [str(owner), str(key), 0 | 1 as backwards] if owner == listing and sort_key.fullmatch(key):
            return Mark(owner, key, bool(backwards))
    raise BadCursor
