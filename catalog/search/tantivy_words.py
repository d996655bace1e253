"""What a text is taken to mean: as typed, else with one typo, else by most of its words; and what else to try."""

from dataclasses import dataclass

from tantivy import Query, Searcher

from catalog.search.corrections import (
    MAX_ALTERNATIVES,
    READ_HITS,
    corrected,
    lookalikes,
    may_look_like_another,
    vocabulary,
)
from catalog.search.document import card_of
from catalog.search.tantivy_query import any_of, far_word, looked_in, narrowed, text_query, with_status
from catalog.search.tantivy_schema import ENGLISH, TYPED, Dialect
from catalog.search.words import synonyms, words


@dataclass(frozen=True, slots=True)
class Match:
    """The query for a text within its statuses; `corrected` is "" where the text was taken as typed."""

    query: Query
    corrected: str = ""


def as_typed(text: str, statuses: tuple[str, ...], dialect: Dialect = ENGLISH) -> Match:
    return Match(narrowed(text_query(text, dialect=dialect), [with_status(statuses)]))


def matching(searcher: Searcher, text: str, statuses: tuple[str, ...], dialect: Dialect = ENGLISH) -> Match:
    """The strictest reading that finds anything. Filters do not count: narrowing a search never changes its meaning."""
    exact = as_typed(text, statuses, dialect)
    if not text.strip() or finds(searcher, exact.query):
        return exact
    within = [with_status(statuses)]
    for most in (False, True):
        query = narrowed(text_query(text, typos=True, most=most, dialect=dialect), within)
        if finds(searcher, query):
            known = _vocabulary(searcher, query, dialect)
            return Match(query, corrected(text, known, lambda word: _exists(searcher, word, dialect)))
    return exact


def alternatives(
    searcher: Searcher, text: str, statuses: tuple[str, ...], dialect: Dialect = ENGLISH
) -> tuple[str, ...]:
    """Texts that find something, for one that finds nothing: far-off words replaced, then its known words alone."""
    typed = words(text)
    replaced = [near for word in typed for near in _nearest(searcher, word, statuses, dialect)]
    alone = [word for word in typed if _exists(searcher, word, dialect)]
    offered = list(dict.fromkeys([*replaced, *alone]))[: 2 * MAX_ALTERNATIVES]
    found = [other for other in offered if finds(searcher, as_typed(other, statuses, dialect).query)]
    return tuple(found[:MAX_ALTERNATIVES])


def _nearest(searcher: Searcher, word: str, statuses: tuple[str, ...], dialect: Dialect) -> list[str]:
    """Words of the shop that look like one it does not have: two typos apart, or alike over all."""
    if not may_look_like_another(word) or _exists(searcher, word, dialect):
        return []
    far = any_of(far_word(field, word) for field in TYPED)
    return lookalikes(word, _vocabulary(searcher, narrowed(far, [with_status(statuses)]), dialect))


def finds(searcher: Searcher, query: Query) -> bool:
    return bool(searcher.search(query, 1, count=False).hits)


def _exists(searcher: Searcher, word: str, dialect: Dialect) -> bool:
    return synonyms().knows(word) or any(searcher.doc_freq(f, root) for f, root, _weight in looked_in(word, dialect))


def _vocabulary(searcher: Searcher, query: Query, dialect: Dialect) -> list[str]:
    hits = searcher.search(query, READ_HITS, count=False).hits
    return vocabulary((card_of(searcher.doc(address).get_first("card")) for _, address in hits), dialect.language)
