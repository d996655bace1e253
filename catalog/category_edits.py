"""What staff do to one category: each is one conditional write, and the shop shows it at once."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from catalog import categories, reindexing
from catalog.category_moves import CategoryRefused, check_no_goal, check_still
from catalog.domain import CATEGORY, CATEGORY_TEXTS, DEEPEST, LANGUAGES, Category, Freshness, is_within
from catalog.dynamo.categories import category_record, change_category, create_category, delete_category
from catalog.dynamo.client import writer
from catalog.dynamo.listings import category_page
from catalog.events import CategoryChanged
from catalog.repository import products
from catalog.search import waiting
from catalog.search.index import search_index, whole
from shopcloud.lib import clock, outbox

MAX_NAME = 100
# Pages and apps have the whole tree at once.
MAX_CATEGORIES = 2000
MAX_SAVED = 500
MEANWHILE = "Somebody else saved this category meanwhile. See what it says now, then make your change again."
_EDITED = ("name", "names", "description", "image", "seo_title", "seo_description", "translations", "version")


class CategoryHasProducts(CategoryRefused):
    """A category with products in it is not deleted: they would have no place."""


def create(category: Category) -> None:
    """Add a category as the last of its siblings. Raises CategoryRefused, CatalogUnavailable."""
    _check(category)
    tree = categories.fresh()
    if category.parent and category.parent not in tree.by_path:
        raise CategoryRefused(f"There is no category {category.parent} to make it in.")
    if len(tree.categories) >= MAX_CATEGORIES:
        raise _full()
    check_still(category.path)
    siblings = tree.by_parent.get(category.parent, [])
    last = max((c.position for c in siblings), default=0) + 1
    if not create_category(writer(), replace(category, position=last)):
        raise CategoryRefused(f"There is a category at {category.path} already.")
    _take_back_where_too_many(category.path)
    _changed(category.path)


def edit(category: Category) -> None:
    """Save a category's name, texts and picture on top of the version it carries; its place stays.

    Raises CategoryRefused, CatalogUnavailable.
    """
    _check(category)
    check_still(category.path)
    _have_products_found(category)
    record = category_record(replace(category, version=category.version + 1))
    changes = {name: record[name] for name in _EDITED}
    if not change_category(writer(), category.path, changes, version=category.version):
        if category.path in categories.fresh().by_path:
            raise CategoryRefused(MEANWHILE)
        raise CategoryRefused(f"There is no category {category.path} any more.")
    _changed(category.path)


def order(*, parent: str, paths: Sequence[str]) -> None:
    """Put the categories of one parent into this order; those not named follow as they were.

    Raises CategoryRefused, CatalogUnavailable.
    """
    siblings = categories.fresh().by_parent.get(parent, [])
    named = {c.path: c for c in siblings}
    wanted = [path for path in dict.fromkeys(paths) if path in named]
    if not wanted:
        raise CategoryRefused("These categories are not there any more. Load the page again.")
    wanted += [c.path for c in siblings if c.path not in wanted]
    moved = [(path, place) for place, path in enumerate(wanted, start=1) if named[path].position != place]
    for path, place in moved:
        change_category(writer(), path, {"position": place})
    if moved:
        _changed(parent or moved[0][0])


def delete(path: str) -> None:
    """Take an empty category out of the tree. Raises CategoryHasProducts, CategoryRefused, CatalogUnavailable."""
    check_still(path)
    check_no_goal(path)
    check_empty(path)
    delete_category(writer(), path)
    _changed(path)


def check_empty(path: str) -> None:
    """Raises CategoryRefused where anything is below the category; CategoryHasProducts where products stand in it."""
    if categories.fresh().by_parent.get(path):
        raise CategoryRefused("There are categories below this one. Move or delete them first.")
    # Read first: what the index hears of meanwhile, the index then finds.
    saved = waiting.unheard(MAX_SAVED + 1)
    on_sale = category_page(writer(), path, cursor=None, limit=1).cards
    if on_sale or whole(search_index()).list_for_staff(category=path, limit=1).cards or _is_among(saved, path):
        raise CategoryHasProducts("There are products in this category. Move them elsewhere first.")


def _is_among(saved: set[str], path: str) -> bool:
    """Whether one of the products that were just saved stands in the category: the index, which alone finds drafts by
    their category, has not heard of them yet. Raises CategoryRefused where they are too many to look at each.
    """
    if len(saved) > MAX_SAVED:
        raise CategoryRefused("Many products are being saved, and where they stand is not known yet. Try again later.")
    found = products().get_many(saved, freshness=Freshness.STRONG)
    return any(is_within(product.category, path) for product in found.values())


def _take_back_where_too_many(path: str) -> None:
    """Whoever makes the last one while another does saw room as well. A second look, after the write, sees both: at
    worst each takes its own back. A counter in DynamoDB would have to be right through moves and imports too, and a
    lock in PostgreSQL would be held over calls to DynamoDB.
    """
    if len(categories.fresh().categories) > MAX_CATEGORIES:
        delete_category(writer(), path)
        categories.fresh()
        raise _full()


def _full() -> CategoryRefused:
    return CategoryRefused(f"The shop has {MAX_CATEGORIES} categories, as many as it can. Delete one first.")


def _check(category: Category) -> None:
    if not CATEGORY.fullmatch(category.path):
        raise CategoryRefused(
            f"A slug is lower-case words joined by single hyphens, and {DEEPEST} levels are the most."
        )
    texts: list[tuple[Any, int]] = [(text, MAX_NAME) for text in (category.name, *category.names.values())]
    texts += [(getattr(category, field), most) for field, most in CATEGORY_TEXTS.items()]
    for language, said in category.translations.items():
        if language not in LANGUAGES or set(said) - set(CATEGORY_TEXTS):
            raise CategoryRefused(f"{language} is no language of the shop, or one of its texts is unknown.")
        texts += [(text, CATEGORY_TEXTS[field]) for field, text in said.items()]
    if not category.name.strip() or any(len(text) > most for text, most in texts):
        raise CategoryRefused("The name is missing, or a text is too long.")


def _have_products_found(category: Category) -> None:
    """By the new name where it gets one. Asked for first: a worker that dies after the write must not lose it."""
    stored = categories.fresh().by_path.get(category.path)
    if stored and (stored.name, dict(stored.names)) != (category.name, dict(category.names)):
        reindexing.ask(category=category.path, now=clock.now())


def _changed(path: str) -> None:
    categories.fresh()
    outbox.record(CategoryChanged(path=path))
