"""Suggestions while typing: the categories whose names begin so, then the products."""

from collections.abc import Callable, Mapping

from tantivy import Searcher

from catalog.domain import Status
from catalog.search.document import card_of, words_of
from catalog.search.index import Suggestion
from catalog.search.tantivy_query import MAX_WORDS, clean, narrowed, typing_query, with_status
from catalog.search.tantivy_schema import plain
from catalog.search.typos import begins_with

MAX_CATEGORIES = 3
_plain = plain()


def suggestions(
    searcher: Searcher, text: str, limit: int, counts: Mapping[str, int], names_of: Callable[[str], str]
) -> list[Suggestion]:
    """`counts` are the categories that have products, with how many."""
    query = narrowed(typing_query(text), [with_status((Status.ACTIVE,))])
    categories = _categories(counts, text, names_of)[: min(MAX_CATEGORIES, limit)]
    made = [Suggestion(words_of(path), f"/c/{path}/", None, "category") for path in categories]
    for _, address in searcher.search(query, limit, count=False).hits[: limit - len(made)]:
        card = card_of(searcher.doc(address).get_first("card"))
        made.append(Suggestion(card.title, card.path, card.image, "product", card.titles))
    return made


def _categories(counts: Mapping[str, int], text: str, names_of: Callable[[str], str]) -> list[str]:
    """Paths of the categories whose own name has every typed word, the largest first."""
    typed = _plain.analyze(clean(text))[:MAX_WORDS]
    named = [path for path in counts if typed and _named(names_of(path), typed)]
    return sorted(named, key=lambda path: -counts[path])


def _named(names: str, typed: list[str]) -> bool:
    words = _plain.analyze(names)
    return all(any(begins_with(word, beginning) for word in words) for beginning in typed)
