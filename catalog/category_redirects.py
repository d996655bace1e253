"""Where categories went: asked only for a path that the tree does not have, so ordinary pages cost nothing more."""

from collections.abc import Container, Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from django.db import DatabaseError
from django.db.models import F, Q, Value
from django.db.models.functions import Concat, Length, Substr

from catalog import categories
from catalog.domain import CATEGORY, Product, ancestors, rebased
from catalog.models import CategoryRedirect
from shopcloud.lib import residency


def moved_to(path: str) -> str | None:
    """Where a category that is not in the tree stands now; the nearest that moved speaks for all below it.

    None where none of them did, where the way leads to nothing, and while PostgreSQL is away.
    """
    if not CATEGORY.fullmatch(path):
        return None
    try:
        with residency.atomic_catalog():
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


def moved_along(paths: Iterable[str]) -> dict[str, str]:
    """Where those of the paths that the tree does not have would stand had they moved with the nearest category above
    that did, in one statement; the others are absent. Such a place need not be there yet.
    """
    tree = categories.current().by_path
    away = [path for path in dict.fromkeys(paths) if path not in tree and CATEGORY.fullmatch(path)]
    steps = {step for path in away for step in ancestors(path)}
    ways = dict(CategoryRedirect.objects.filter(old__in=steps).values_list("old", "new")) if away else {}
    found = {path: _along(path, ways, tree) for path in away}
    return {path: target for path, target in found.items() if target}


def in_their_places(products: Iterable[Product]) -> list[Product]:
    """The products, those whose category moved in the place where it stands now."""
    held = list(products)
    moved = moved_along(product.category for product in held)
    return [replace(p, category=moved[p.category]) if p.category in moved else p for p in held]


def _along(path: str, ways: Mapping[str, str], tree: Container[str]) -> str:
    for old in reversed(ancestors(path)):
        # What was made anew at an old place has nothing to do with what moved away.
        if old in tree:
            break
        if (new := ways.get(old)) and new in tree:
            moved = rebased(path, old, new)
            return moved if CATEGORY.fullmatch(moved) else new
    return ""


def add(*, old: str, new: str, now: datetime) -> None:
    """Lead from `old` and below to `new`. What led into `old` leads on at once; twice is as once."""
    with residency.atomic_catalog():
        into = CategoryRedirect.objects.filter(Q(new=old) | Q(new__startswith=f"{old}/"))
        into.update(new=Concat(Value(new), Substr(F("new"), Length(Value(old)) + 1)))
        CategoryRedirect.objects.update_or_create(old=old, defaults={"new": new, "created_at": now})
        # One that comes back to where it was needs no way there.
        CategoryRedirect.objects.filter(old=F("new")).delete()
