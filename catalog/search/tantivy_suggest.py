"""Suggestions while typing: the categories whose names begin so, then the products."""

from collections.abc import Callable

from tantivy import Query, Searcher

from catalog.domain import Status
from catalog.search.document import card_of
from catalog.search.index import Suggestion
from catalog.search.suggesting import CATEGORIES, category_suggestion, product_suggestion, suggested_categories
from catalog.search.tantivy_query import narrowed, typing_query, with_status


def suggestions(searcher: Searcher, text: str, limit: int, names_of: Callable[[str], str]) -> list[Suggestion]:
    query = narrowed(typing_query(text), [with_status((Status.ACTIVE,))])
    categories = _categories(searcher, query, text, names_of)[:limit]
    made = [category_suggestion(path) for path in categories]
    for _, address in searcher.search(query, limit, count=False).hits[: limit - len(made)]:
        made.append(product_suggestion(card_of(searcher.doc(address).get_first("card"))))
    return made


def _categories(searcher: Searcher, query: Query, text: str, names_of: Callable[[str], str]) -> list[str]:
    return suggested_categories(searcher.aggregate(query, CATEGORIES), text, names_of)
