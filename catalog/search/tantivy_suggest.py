"""Suggestions while typing: the categories whose names begin so, then the products."""

from collections.abc import Callable, Mapping

from tantivy import Searcher

from catalog.domain import Status
from catalog.search.document import card_of
from catalog.search.index import Suggestion
from catalog.search.suggesting import category_suggestion, named_categories, product_suggestion
from catalog.search.tantivy_query import in_status, typing_query


def suggestions(
    products: list[Suggestion], text: str, limit: int, counts: Mapping[str, int], names_of: Callable[[str], str]
) -> list[Suggestion]:
    """`counts` are the categories that have products, with how many; `products` those that `text` begins."""
    categories = [category_suggestion(path) for path in named_categories(counts, text, names_of)[:limit]]
    return [*categories, *products[: limit - len(categories)]]


def suggested_products(searcher: Searcher, text: str, limit: int) -> list[Suggestion]:
    query = in_status(typing_query(text), (Status.ACTIVE,))
    hits = searcher.search(query, limit, count=False).hits
    return [product_suggestion(card_of(searcher.doc(address).get_first("card"))) for _, address in hits]
