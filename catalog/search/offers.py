"""What pages show from the index beside search results: products like one, and how many a category holds."""

from catalog.copies import Copies
from catalog.domain import Product, ProductCard
from catalog.repository import CatalogUnavailable, products
from catalog.search.index import SearchUnavailable, search_index

COUNTS_SECONDS = 60
_counts = Copies("category-counts", fresh_seconds=COUNTS_SECONDS)


def related(product: Product, *, limit: int) -> list[ProductCard]:
    """The most alike first; while search is away its neighbours on the shelf, or none where those cannot be read."""
    try:
        return search_index().similar(product, limit=limit)
    except SearchUnavailable:
        return _neighbours(product, limit)


def _neighbours(product: Product, limit: int) -> list[ProductCard]:
    try:
        page = products().in_category(product.category)
    except CatalogUnavailable:
        return []
    return [card for card in page.cards if card.product_id != product.product_id][:limit]


def category_counts() -> dict[str, int]:
    """Active products in each category and below it, a minute old at most; the last known while search is away."""
    copy = _counts.read(["all"])[0]
    if copy and copy.fresh:
        return dict(copy.value)
    try:
        found = search_index().category_counts()
    except SearchUnavailable:
        return dict(copy.value) if copy else {}
    # None at all are those of an index that is yet to be made, or of a shop without a product.
    if found:
        _counts.write({"all": found})
    return found
