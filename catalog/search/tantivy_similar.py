"""Products like another one: of its shelf, the more words they share with it, the better."""

from collections.abc import Iterator

from tantivy import Query, Searcher

from catalog.domain import Product, ProductCard, Status, ancestors
from catalog.search import tantivy_query as build
from catalog.search.document import card_of
from catalog.search.tantivy_schema import WEIGHTS
from catalog.search.words import stem, words

COMMON = 500
_SHARED = ("title", "attributes")
_SAME_BRAND = 0.5


def similar(searcher: Searcher, product: Product, limit: int) -> list[ProductCard]:
    """From its own category, and from those above while there are fewer than `limit`. Never the product itself.

    Of a large category only those are looked at that share a word which tells the product from most others.
    """
    found: dict[str, ProductCard] = {}
    telling = _telling_word(searcher, product)
    shelves = [build.in_category(path) for path in reversed(ancestors(product.category))]
    for conditions in [*([[shelves[0], telling]] if telling else []), *([shelf] for shelf in shelves)]:
        for card in _within(searcher, product, conditions, limit + 1):
            found.setdefault(card.product_id, card)
        found.pop(product.product_id, None)
        if len(found) >= limit:
            break
    return list(found.values())[:limit]


def _within(searcher: Searcher, product: Product, conditions: list[Query], limit: int) -> Iterator[ProductCard]:
    base = Query.const_score_query(build.all_of([*conditions, build.with_status((Status.ACTIVE,))]), 0.0)
    wanted = build.ranked(base, [*_shared_words(product), *_same_brand(product)])
    for _, address in searcher.search(wanted, limit, count=False).hits:
        yield card_of(searcher.doc(address).get_first("card"))


def _telling_word(searcher: Searcher, product: Product) -> Query | None:
    """The rarest word of the product that hundreds of others have too; None where no word is that common."""
    said = [(searcher.doc_freq(field, stem(word)), field, word) for field, word in _words_of(product)]
    common = [entry for entry in said if entry[0] >= COMMON]
    if not common:
        return None
    _, field, word = min(common)
    return build.has_word(field, word, 1.0)


def _shared_words(product: Product) -> Iterator[Query]:
    return (build.has_word(field, word, WEIGHTS[field]) for field, word in _words_of(product))


def _words_of(product: Product) -> Iterator[tuple[str, str]]:
    said = {"title": product.title, "attributes": " ".join(product.attributes.values())}
    return ((field, word) for field in _SHARED for word in words(said[field]))


def _same_brand(product: Product) -> list[Query]:
    return [Query.const_score_query(build.of_brand(product.brand), _SAME_BRAND)] if product.brand else []
