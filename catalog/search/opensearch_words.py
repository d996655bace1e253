"""What a text that finds nothing as typed is taken to mean, and what else to try; see `corrections`.

All readings are tried in one round trip. Two more are for texts that no reading finds: what looks like their words, and
whether that finds anything.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from catalog.domain import ProductCard
from catalog.search import opensearch_query as build
from catalog.search.corrections import (
    MAX_ALTERNATIVES,
    READ_HITS,
    corrected,
    lookalikes,
    may_look_like_another,
    vocabulary,
)
from catalog.search.document import card_of
from catalog.search.opensearch_client import Body, Cluster
from catalog.search.opensearch_query import Query
from catalog.search.words import synonyms, words

# How strictly: as typed, with one typo in a word, then by most of the words.
_STRICTNESS: tuple[dict[str, bool], ...] = ({}, {"typos": True}, {"typos": True, "most": True})


@dataclass(frozen=True, slots=True)
class Reading:
    """How a text was taken, and the caller's own answer for it; `corrected` and `alternatives` as in SearchResult.

    `near` where it was not taken as typed.
    """

    answer: Body
    corrected: str = ""
    alternatives: tuple[str, ...] = field(default=())
    near: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """A text, among products of which statuses, and the language whose words are known beside the English ones."""

    text: str
    statuses: tuple[str, ...]
    language: str = "en"

    def query(self, **strictness: bool) -> Query:
        return build.text_query(self.text, language=self.language, **strictness)

    def within(self) -> Query:
        return build.with_status(self.statuses)


def read(cluster: Cluster, asked: Asked, typed: Body, body_of: Callable[[Query], Body]) -> Reading:
    """The strictest reading that finds anything. Filters do not count: narrowing a search never changes its meaning.

    `body_of` makes the caller's own question out of a query for the text; `typed` is its answer for the text as typed.
    """
    queries = [asked.query(**strictness) for strictness in _STRICTNESS]
    samples = [_sample(query, asked) for query in queries]
    *answers, known = cluster.search(*samples, *map(body_of, queries[1:]), _known(asked))
    exists = _exists_in(known)
    for number, (sample, own) in enumerate(zip(answers[:3], [typed, *answers[3:]], strict=True)):
        if sample["hits"]["hits"]:
            said = corrected(asked.text, _vocabulary(sample, asked), exists) if number else ""
            return Reading(own, said, near=number > 0)
    return Reading(typed, alternatives=_alternatives(cluster, asked, exists))


def cards(answer: Body) -> tuple[ProductCard, ...]:
    """The products of an answer's hits."""
    return tuple(card_of(hit["_source"]["card"].encode()) for hit in answer["hits"]["hits"])


def _alternatives(cluster: Cluster, asked: Asked, exists: Callable[[str], bool]) -> tuple[str, ...]:
    """Texts that find something: far-off words replaced, then the known words alone."""
    typed = words(asked.text)
    unknown = [word for word in typed if may_look_like_another(word) and not exists(word)][:MAX_ALTERNATIVES]
    near = cluster.search(*(_sample(build.far_word(word), asked) for word in unknown)) if unknown else []
    replaced = [
        other
        for word, sample in zip(unknown, near, strict=True)
        for other in lookalikes(word, _vocabulary(sample, asked))
    ]
    offered = list(dict.fromkeys([*replaced, *filter(exists, typed)]))[: 2 * MAX_ALTERNATIVES]
    if not offered:
        return ()
    others = [replace(asked, text=other) for other in offered]
    answers = cluster.search(*(_any(build.narrowed(other.query(), [other.within()])) for other in others))
    found = [other for other, answer in zip(offered, answers, strict=True) if answer["hits"]["hits"]]
    return tuple(found[:MAX_ALTERNATIVES])


def _sample(query: Query, asked: Asked) -> Body:
    narrowed = build.narrowed(query, [asked.within()])
    return {"query": narrowed, "size": READ_HITS, "track_total_hits": False, "_source": ["card"]}


def _vocabulary(sample: Body, asked: Asked) -> list[str]:
    return vocabulary(cards(sample), asked.language)


def _any(query: Query) -> Body:
    return {"query": query, "size": 1, "terminate_after": 1, "track_total_hits": False, "_source": False}


def _known(asked: Asked) -> Body:
    """Which of the words any product has."""
    each = {word: build.has_word(word, build.fields_in(asked.language)) for word in words(asked.text)}
    question: dict[str, Any] = {"query": build.any_of(each.values()), "size": 0, "track_total_hits": False}
    return question | ({"aggs": {"known": {"filters": {"filters": each}}}} if each else {})


def _exists_in(answer: Body) -> Callable[[str], bool]:
    buckets = answer.get("aggregations", {}).get("known", {}).get("buckets", {})
    return lambda word: synonyms().knows(word) or buckets.get(word, {}).get("doc_count", 0) > 0
