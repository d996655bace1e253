"""Products like another one: of its shelf, the more words they share with it, the better."""

from collections.abc import Iterator

from tantivy import Query, Searcher

from catalog.domain import Product, ProductCard, Status, ancestors
from catalog.search import tantivy_query as build
from catalog.search.document import card_of
from catalog.search.tantivy_schema import WEIGHTS
from catalog.search.words import words

_SHARED = ("title", "attributes")
_SAME_BRAND = 0.5


def similar(searcher: Searcher, product: Product, limit: int) -> list[ProductCard]:
    """From its own category, and from those above while there are fewer than `limit`. Never the product itself."""
    found: dict[str, ProductCard] = {}
    for path in reversed(ancestors(product.category)):
        for card in _within(searcher, product, path, limit + 1):
            found.setdefault(card.product_id, card)
        found.pop(product.product_id, None)
        if len(found) >= limit:
            break
    return list(found.values())[:limit]


def _within(searcher: Searcher, product: Product, path: str, limit: int) -> Iterator[ProductCard]:
    shelf = [build.in_category(path), build.with_status((Status.ACTIVE,))]
    base = Query.const_score_query(build.all_of(shelf), 0.0)
    wanted = build.ranked(base, [*_shared_words(product), *_same_brand(product)])
    for _, address in searcher.search(wanted, limit, count=False).hits:
        yield card_of(searcher.doc(address).get_first("card"))


def _shared_words(product: Product) -> Iterator[Query]:
    said = {"title": product.title, "attributes": " ".join(product.attributes.values())}
    for field in _SHARED:
        for word in words(said[field]):
            yield build.has_word(field, word, WEIGHTS[field])


def _same_brand(product: Product) -> list[Query]:
    return [Query.const_score_query(build.of_brand(product.brand), _SAME_BRAND)] if product.brand else []
