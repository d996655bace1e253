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

    Of a large category those come first that share all its common words, then those that share all but the commonest:
    to meet in several words is quick, while weighing a whole shelf by its words takes as long as the shelf is.
    """
    found: dict[str, ProductCard] = {}
    shelves = [build.in_category(path) for path in reversed(ancestors(product.category))]
    common = _common_words(searcher, product)
    met = [([shelves[0], *common[:many]], ()) for many in range(len(common), 0, -1)]
    weighed = [([shelf], _shared_words(product)) for shelf in shelves]
    for conditions, wishes in [*met, *weighed]:
        for card in _within(searcher, conditions, [*wishes, *_same_brand(product)], limit + 1):
            found.setdefault(card.product_id, card)
        found.pop(product.product_id, None)
        if len(found) >= limit:
            break
    return list(found.values())[:limit]


def _within(searcher: Searcher, conditions: list[Query], wishes: list[Query], limit: int) -> Iterator[ProductCard]:
    base = Query.const_score_query(build.in_status(build.all_of(conditions), (Status.ACTIVE,)), 0.0)
    for _, address in searcher.search(build.ranked(base, wishes), limit, count=False).hits:
        yield card_of(searcher.doc(address).get_first("card"))


def _common_words(searcher: Searcher, product: Product) -> list[Query]:
    """What the product has in common with hundreds of others, the rarest word first."""
    said = {(searcher.doc_freq(field, stem(word)), field, word) for field, word in _words_of(product)}
    return [build.has_word(field, word, 1.0) for times, field, word in sorted(said) if times >= COMMON]


def _shared_words(product: Product) -> list[Query]:
    return [build.has_word(field, word, WEIGHTS[field]) for field, word in _words_of(product)]


def _words_of(product: Product) -> Iterator[tuple[str, str]]:
    said = {"title": product.title, "attributes": " ".join(product.attributes.values())}
    return ((field, word) for field in _SHARED for word in words(said[field]))


def _same_brand(product: Product) -> list[Query]:
    return [Query.const_score_query(build.of_brand(product.brand), _SAME_BRAND)] if product.brand else []
