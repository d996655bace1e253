"""Suggestions while typing: the categories whose names begin so, then the products."""

from collections.abc import Callable, Mapping

from tantivy import Searcher

from catalog.domain import Status
from catalog.search.document import card_of
from catalog.search.index import Suggestion
from catalog.search.suggesting import category_suggestion, named_categories, product_suggestion
from catalog.search.tantivy_query import narrowed, typing_query, with_status


def suggestions(
    searcher: Searcher, text: str, limit: int, counts: Mapping[str, int], names_of: Callable[[str], str]
) -> list[Suggestion]:
    """`counts` are the categories that have products, with how many."""
    query = narrowed(typing_query(text), [with_status((Status.ACTIVE,))])
    categories = named_categories(counts, text, names_of)[:limit]
    made = [category_suggestion(path) for path in categories]
    for _, address in searcher.search(query, limit, count=False).hits[: limit - len(made)]:
        made.append(product_suggestion(card_of(searcher.doc(address).get_first("card"))))
    return made
