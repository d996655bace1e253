"""Suggestions while typing: the categories whose names begin so, then the products."""

from collections.abc import Callable

from tantivy import Query, Searcher

from catalog.domain import Status
from catalog.search.document import card_of, words_of
from catalog.search.index import Suggestion
from catalog.search.tantivy_query import MAX_WORDS, clean, narrowed, typing_query, with_status
from catalog.search.tantivy_schema import plain
from catalog.search.typos import begins_with

MAX_CATEGORIES = 3
_plain = plain()


def suggestions(searcher: Searcher, text: str, limit: int, names_of: Callable[[str], str]) -> list[Suggestion]:
    query = narrowed(typing_query(text), [with_status((Status.ACTIVE,))])
    categories = _categories(searcher, query, text, names_of)[: min(MAX_CATEGORIES, limit)]
    made = [Suggestion(words_of(path), f"/c/{path}/", None, "category") for path in categories]
    for _, address in searcher.search(query, limit, count=False).hits[: limit - len(made)]:
        card = card_of(searcher.doc(address).get_first("card"))
        made.append(Suggestion(card.title, card.path, card.image, "product", card.titles))
    return made


def _categories(searcher: Searcher, query: Query, text: str, names_of: Callable[[str], str]) -> list[str]:
    """Paths of the hits' categories whose own name has every typed word, the largest first."""
    typed = _plain.analyze(clean(text))[:MAX_WORDS]
    levels = {f"level{n}": {"terms": {"field": f"level{n}", "size": 50}} for n in (1, 2, 3)}
    buckets = [bucket for level in searcher.aggregate(query, levels).values() for bucket in level["buckets"]]
    buckets.sort(key=lambda bucket: -bucket["doc_count"])
    return [bucket["key"] for bucket in buckets if _named(names_of(bucket["key"]), typed)]


def _named(names: str, typed: list[str]) -> bool:
    words = _plain.analyze(names)
    return all(any(begins_with(word, beginning) for word in words) for beginning in typed)
