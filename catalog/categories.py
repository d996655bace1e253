"""The category tree as every page needs it: read once, held in the process for seconds, never a reason to fail."""

import time
from collections.abc import Iterable
from functools import cached_property

from catalog.copies import Copies
from catalog.domain import Category, ancestors
from catalog.dynamo.categories import category_from, category_record, create_category, read_tree, write_categories
from catalog.dynamo.client import writer
from catalog.repository import CatalogUnavailable

HELD_SECONDS = 10.0
# A category that was just made is looked for again after this.
UNKNOWN_SECONDS = 1.0
_copies = Copies("categories", fresh_seconds=10)
_held: tuple[float, "Tree"] | None = None


class Tree:
    """An immutable tree. `known` is False when no store could tell it and nothing was remembered."""

    def __init__(self, categories: Iterable[Category], *, known: bool = True) -> None:
        self.categories = sorted(categories, key=lambda c: (c.position, c.name, c.path))
        self.known = known

    @cached_property
    def by_path(self) -> dict[str, Category]:
        return {c.path: c for c in self.categories}

    @cached_property
    def by_parent(self) -> dict[str, list[Category]]:
        found: dict[str, list[Category]] = {}
        for category in self.categories:
            found.setdefault(category.parent, []).append(category)
        return found

    def breadcrumbs(self, path: str) -> list[Category]:
        return [self.by_path[step] for step in ancestors(path) if step in self.by_path]


def current() -> Tree:
    """The tree, at most some twenty seconds old; the last known one while DynamoDB is away. Never raises."""
    global _held
    now = time.monotonic()
    if _held and _held[0] > now:
        return _held[1]
    tree = _read(_held[1] if _held else None)
    _held = (now + HELD_SECONDS, tree)
    return tree


def known_by_now(path: str) -> Category | None:
    """The category, read afresh where the held tree is too old to have it."""
    found = current().by_path.get(path)
    if found is None and _held and _held[0] < time.monotonic() + HELD_SECONDS - UNKNOWN_SECONDS:
        forget()
        found = current().by_path.get(path)
    return found


def save(categories: Iterable[Category]) -> int:
    """Add or replace categories, of equal paths the last; returns how many were new or different.

    Raises CatalogUnavailable.
    """
    stored = {c.path: c for c in read_tree(writer())}
    wanted = {c.path: c for c in categories}
    changed = [c for path, c in wanted.items() if stored.get(path) != c]
    if changed:
        write_categories(writer(), changed)
        stored |= {c.path: c for c in changed}
    _remember(list(stored.values()))
    forget()
    return len(changed)


def add(categories: Iterable[Category]) -> None:
    """Make those that are not there, and leave those that are as staff have them. Raises CatalogUnavailable."""
    made = [create_category(writer(), category) for category in categories]
    if made:
        fresh()


def fresh() -> Tree:
    """The tree as DynamoDB holds it now, which the shop shows from here on. Raises CatalogUnavailable."""
    categories = read_tree(writer())
    _remember(categories)
    forget()
    return Tree(categories)


def forget() -> None:
    """Let this process read the tree afresh."""
    global _held
    _held = None


def _read(held: Tree | None) -> Tree:
    copy = _copies.read(["tree"])[0]
    if copy and copy.fresh:
        return Tree(map(category_from, copy.value))
    try:
        categories = read_tree(writer())
    except CatalogUnavailable:
        if copy:
            return Tree(map(category_from, copy.value))
        return held or Tree((), known=False)
    _remember(categories)
    return Tree(categories)


def _remember(categories: list[Category]) -> None:
    _copies.write({"tree": [category_record(c) for c in categories]})
