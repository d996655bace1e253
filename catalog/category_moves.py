"""Moves of branches as staff ask for them: checked against the tree as it is, one at a time."""

from datetime import datetime

from django.db import IntegrityError

from catalog import categories
from catalog.categories import Tree
from catalog.domain import CATEGORY, DEEPEST, Category, is_within
from catalog.events import CategoryMoveAsked
from catalog.models import CategoryMove
from catalog.search.offers import category_counts
from shopcloud.lib import outbox, residency

MAX_ATTEMPTS = 5


class CategoryRefused(ValueError):
    """A change of the tree that cannot be; it says why."""


def start(*, old: str, new: str, author: int | None, now: datetime, merge: bool = False) -> CategoryMove:
    """Have the branch `old` stand at `new`, or, to `merge`, its products at the category that is there.

    Raises CategoryRefused, CatalogUnavailable.
    """
    tree = categories.fresh()
    check(tree, old, new, merge=merge)
    products = category_counts().get(old, 0)
    try:
        with residency.atomic_catalog():
            move = CategoryMove.objects.create(
                old=old, new=new, merge=merge, author_id=author, created_at=now, products=products
            )
            outbox.record(CategoryMoveAsked(move_id=move.pk, old=old, new=new))
    except IntegrityError:
        raise CategoryRefused("Another branch is being moved. Wait until it is there, then try again.") from None
    return move


def check(tree: Tree, old: str, new: str, *, merge: bool = False) -> None:
    """Raises CategoryRefused where the branch `old` cannot go to `new`."""
    if old not in tree.by_path:
        raise CategoryRefused(f"There is no category {old} any more.")
    if not CATEGORY.fullmatch(new):
        raise CategoryRefused("Write lower-case words joined by single hyphens; a path has three levels at most.")
    if is_within(new, old):
        raise CategoryRefused("A category cannot be moved to where it is, nor below itself.")
    if merge:
        _check_merge(tree, old, new)
        return
    if new in tree.by_path:
        raise CategoryRefused(f"There is a category at {new} already. Choose another place or slug.")
    parent = new.rpartition("/")[0]
    if parent and parent not in tree.by_path:
        raise CategoryRefused(f"There is no category {parent} to move it below.")
    deepest = max(c.depth for c in branch(tree, old))
    if new.count("/") - old.count("/") + deepest > DEEPEST:
        raise CategoryRefused(f"The tree has {DEEPEST} levels at most; this branch would reach deeper there.")


def _check_merge(tree: Tree, old: str, new: str) -> None:
    if tree.by_parent.get(old):
        raise CategoryRefused("Move or delete the categories below it first.")
    if new not in tree.by_path or tree.by_parent.get(new):
        raise CategoryRefused("Choose a category that has none below it: products stand there.")


def branch(tree: Tree, path: str) -> list[Category]:
    """The category and all below it, from the top down."""
    return sorted((c for c in tree.categories if is_within(c.path, path)), key=lambda c: c.path)


def running() -> CategoryMove | None:
    return CategoryMove.objects.filter(state=CategoryMove.State.RUNNING).first()


def latest() -> CategoryMove | None:
    return CategoryMove.objects.select_related("author").first()


def check_still(*paths: str) -> None:
    """Raises CategoryRefused where one of the categories is on its way elsewhere."""
    move = running()
    if move and any(is_within(path, branch) for path in paths for branch in (move.old, move.new)):
        raise CategoryRefused("This branch is being moved. Change it once it is there.")


def check_no_goal(path: str) -> None:
    """Raises CategoryRefused where a branch is on its way to below the category, which has to be there for it."""
    move = running()
    if move and is_within(move.new, path):
        raise CategoryRefused(f"{move.old} is being moved to below this category. Wait until it is there.")


def try_again(*, move_id: int) -> bool:
    """Give a move whose workers kept dying new attempts; False where it has some."""
    dead = CategoryMove.objects.filter(pk=move_id, state=CategoryMove.State.RUNNING, attempts__gte=MAX_ATTEMPTS)
    with residency.atomic_catalog():
        if not dead.update(attempts=0, lease="", leased_until=None):
            return False
        move = CategoryMove.objects.get(pk=move_id)
        outbox.record(CategoryMoveAsked(move_id=move_id, old=move.old, new=move.new))
    return True
