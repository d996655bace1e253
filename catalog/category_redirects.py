"""Where categories went: asked only for a path that the tree does not have, so ordinary pages cost nothing more."""

from datetime import datetime

from django.db import DatabaseError
from django.db.models import F, Q, Value
from django.db.models.functions import Concat, Length, Substr
from django.db.transaction import atomic

from catalog import categories
from catalog.domain import CATEGORY, ancestors, rebased
from catalog.models import CategoryRedirect


def moved_to(path: str) -> str | None:
    """Where a category that is not in the tree stands now; the nearest that moved speaks for all below it.

    None where none of them did, where the way leads to nothing, and while PostgreSQL is away.
    """
    if not CATEGORY.fullmatch(path):
        return None
    try:
        with atomic():
            found = list(CategoryRedirect.objects.filter(old__in=ancestors(path)).values_list("old", "new"))
    except DatabaseError:
        return None
    tree = categories.current().by_path
    for old, new in sorted(found, reverse=True):
        for target in (rebased(path, old, new), new):
            if target in tree and target != path:
                return target
    return None


def here_now(path: str) -> str:
    """The path itself where the tree has it or nothing is known of it, otherwise where it went."""
    tree = categories.current()
    return path if not path or path in tree.by_path else moved_to(path) or path


def add(*, old: str, new: str, now: datetime) -> None:
    """Lead from `old` and below to `new`. What led into `old` leads on at once; twice is as once."""
    with atomic():
        into = CategoryRedirect.objects.filter(Q(new=old) | Q(new__startswith=f"{old}/"))
        into.update(new=Concat(Value(new), Substr(F("new"), Length(Value(old)) + 1)))
        CategoryRedirect.objects.update_or_create(old=old, defaults={"new": new, "created_at": now})
        # One that comes back to where it was needs no way there.
        CategoryRedirect.objects.filter(old=F("new")).delete()
