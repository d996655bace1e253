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
from catalog.search.document import card_of, codes_for
from catalog.search.tantivy_query import any_of, far_word, in_status, looked_in, text_query
from catalog.search.tantivy_schema import ENGLISH, TYPED, Dialect
from catalog.search.words import clean, synonyms, words


@dataclass(frozen=True, slots=True)
class Match:
    """The query for a text within its statuses; `near` where it was not taken as typed, and perhaps `corrected`."""

    query: Query
    corrected: str = ""
    near: bool = False


def as_typed(searcher: Searcher, text: str, statuses: tuple[str, ...], dialect: Dialect = ENGLISH) -> Match:
    return Match(in_status(text_query(text, _codes(searcher, text), dialect=dialect), statuses))


def matching(searcher: Searcher, text: str, statuses: tuple[str, ...], dialect: Dialect = ENGLISH) -> Match:
    """The strictest reading that finds anything. Filters do not count: narrowing a search never changes its meaning."""
    exact = as_typed(searcher, text, statuses, dialect)
    if not text.strip() or finds(searcher, exact.query):
        return exact
    for most in (False, True):
        query = in_status(text_query(text, typos=True, most=most, dialect=dialect), statuses)
        if finds(searcher, query):
            known = _vocabulary(searcher, query, dialect)
            return Match(query, corrected(text, known, lambda word: _exists(searcher, word, dialect)), near=True)
    return exact


def alternatives(
    searcher: Searcher, text: str, statuses: tuple[str, ...], dialect: Dialect = ENGLISH
) -> tuple[str, ...]:
    """Texts that find something, for one that finds nothing: far-off words replaced, then its known words alone."""
    typed = words(text)
    replaced = [near for word in typed for near in _nearest(searcher, word, statuses, dialect)]
    alone = [word for word in typed if _exists(searcher, word, dialect)]
    offered = list(dict.fromkeys([*replaced, *alone]))[: 2 * MAX_ALTERNATIVES]
    found = [other for other in offered if finds(searcher, as_typed(searcher, other, statuses, dialect).query)]
    return tuple(found[:MAX_ALTERNATIVES])


def _nearest(searcher: Searcher, word: str, statuses: tuple[str, ...], dialect: Dialect) -> list[str]:
    """Words of the shop that look like one it does not have: two typos apart, or alike over all."""
    if not may_look_like_another(word) or _exists(searcher, word, dialect):
        return []
    far = any_of(far_word(field, word) for field in TYPED)
    return lookalikes(word, _vocabulary(searcher, in_status(far, statuses), dialect))


def _codes(searcher: Searcher, text: str) -> list[str]:
    """The forms of the text that are a SKU or a barcode of some product."""
    return [code for code in codes_for(clean(text)) if searcher.doc_freq("codes", code)]


def finds(searcher: Searcher, query: Query) -> bool:
    return bool(searcher.search(query, 1, count=False).hits)


def _exists(searcher: Searcher, word: str, dialect: Dialect) -> bool:
    return synonyms().knows(word) or any(searcher.doc_freq(f, root) for f, root, _weight in looked_in(word, dialect))


def _vocabulary(searcher: Searcher, query: Query, dialect: Dialect) -> list[str]:
    hits = searcher.search(query, READ_HITS, count=False).hits
    return vocabulary((card_of(searcher.doc(address).get_first("card")) for _, address in hits), dialect.language)
