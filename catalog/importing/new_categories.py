"""The categories that a file brings into the shop: those of the products it takes, as far as the shop has them not."""

from collections.abc import Iterable

from catalog import categories
from catalog.category_edits import MAX_CATEGORIES
from catalog.domain import Category, Product, ancestors
from catalog.importing.report import Parsed
from catalog.importing.rows import UnreadableFile

SHOWN = 10


def new_categories(parsed: Parsed, products: Iterable[Product]) -> list[Category]:
    """Those above before those below. Raises UnreadableFile where they are too many, CatalogUnavailable."""
    there = categories.fresh().by_path
    used = {path for category in {product.category for product in products} for path in ancestors(category)}
    new = [category for path, category in parsed.categories.items() if path in used and path not in there]
    if new and len(there) + len(new) > MAX_CATEGORIES:
        raise UnreadableFile(
            f"The file would bring {len(new):,} new categories ({_named(new)}). The shop has {len(there):,} and can "
            f"have {MAX_CATEGORIES:,}. Is the right column taken for the category?"
        )
    return new


def note_new_categories(parsed: Parsed, products: Iterable[Product]) -> None:
    """Raises as `new_categories`."""
    new = new_categories(parsed, products)
    if new:
        parsed.notes[f"new categories: {_named(new)}"] = len(new)


def _named(new: list[Category]) -> str:
    more = ", …" if len(new) > SHOWN else ""
    return ", ".join(category.path for category in new[:SHOWN]) + more
