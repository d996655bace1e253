"""What a text is taken to mean: as typed, else with one typo, else by most of its words; and what else to try."""

from dataclasses import dataclass
from difflib import get_close_matches

from tantivy import Query, Searcher

from catalog.search.document import card_of, words_of
from catalog.search.synonyms import TYPO_FROM
from catalog.search.tantivy_query import (
    any_of,
    clean,
    far_word,
    looked_in,
    narrowed,
    synonyms,
    text_query,
    with_status,
    words,
)
from catalog.search.tantivy_schema import TYPED, plain
from catalog.search.typos import one_typo_apart

MAX_ALTERNATIVES = 4
_READ_HITS = 10
_ALIKE = 0.72
_plain = plain()


@dataclass(frozen=True, slots=True)
class Match:
    """The query for a text within its statuses; `corrected` is "" where the text was taken as typed."""

    query: Query
    corrected: str = ""


def as_typed(text: str, statuses: tuple[str, ...], language: str = "en") -> Match:
    return Match(narrowed(text_query(text, language=language), [with_status(statuses)]))


def matching(searcher: Searcher, text: str, statuses: tuple[str, ...], language: str = "en") -> Match:
    """The strictest reading that finds anything. Filters do not count: narrowing a search never changes its meaning."""
    exact = as_typed(text, statuses, language)
    if not text.strip() or finds(searcher, exact.query):
        return exact
    within = [with_status(statuses)]
    for most in (False, True):
        query = narrowed(text_query(text, typos=True, most=most, language=language), within)
        if finds(searcher, query):
            return Match(query, _corrected(searcher, query, text, language))
    return exact


def alternatives(searcher: Searcher, text: str, statuses: tuple[str, ...], language: str = "en") -> tuple[str, ...]:
    """Texts that find something, for one that finds nothing: far-off words replaced, then its known words alone."""
    typed = words(text)
    replaced = [near for word in typed for near in _nearest(searcher, word, statuses, language)]
    alone = [word for word in typed if _exists(searcher, word, language)]
    offered = list(dict.fromkeys([*replaced, *alone]))[: 2 * MAX_ALTERNATIVES]
    found = [other for other in offered if finds(searcher, as_typed(other, statuses, language).query)]
    return tuple(found[:MAX_ALTERNATIVES])


def _nearest(searcher: Searcher, word: str, statuses: tuple[str, ...], language: str) -> list[str]:
    """Words of the shop that look like one it does not have: two typos apart, or alike over all."""
    if len(word) <= TYPO_FROM or _exists(searcher, word, language):
        return []
    far = any_of(far_word(field, word) for field in TYPED)
    known = [*_vocabulary(searcher, narrowed(far, [with_status(statuses)]), language), *synonyms().words]
    return get_close_matches(word, list(dict.fromkeys(known)), n=2, cutoff=_ALIKE)


def finds(searcher: Searcher, query: Query) -> bool:
    return bool(searcher.search(query, 1, count=False).hits)


def _corrected(searcher: Searcher, query: Query, text: str, language: str) -> str:
    """The text with unknown words replaced by their neighbours in the best hits, or left out."""
    known = _vocabulary(searcher, query, language)
    found = []
    for word in words(text):
        if _exists(searcher, word, language):
            found.append(word)
        elif len(word) >= TYPO_FROM:
            found += [near for near in [*known, *synonyms().words] if one_typo_apart(near, word)][:1]
    corrected = " ".join(found)
    return "" if corrected == " ".join(_plain.analyze(clean(text))) else corrected


def _exists(searcher: Searcher, word: str, language: str) -> bool:
    return synonyms().knows(word) or any(searcher.doc_freq(f, root) for f, root, _weight in looked_in(word, language))


def _vocabulary(searcher: Searcher, query: Query, language: str) -> list[str]:
    """The words of the best hits, those of the best first."""
    seen: dict[str, None] = {}
    for _, address in searcher.search(query, _READ_HITS, count=False).hits:
        card = card_of(searcher.doc(address).get_first("card"))
        categories = words_of(card.category)
        seen.update(dict.fromkeys(_plain.analyze(f"{card.title_in(language)} {card.title} {card.brand} {categories}")))
    return list(seen)
