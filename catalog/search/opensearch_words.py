"""What a text that finds nothing as typed is taken to mean, and what else to try; see `corrections`.

All readings are tried in one round trip. Two more are for texts that no reading finds: what looks like their words, and
whether that finds anything.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
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
    """How a text was taken, and the caller's own answer for it; `corrected` and `alternatives` as in SearchResult."""

    answer: Body
    corrected: str = ""
    alternatives: tuple[str, ...] = field(default=())


def as_typed(text: str) -> Query:
    return build.text_query(text)


def read(cluster: Cluster, text: str, statuses: tuple[str, ...], body_of: Callable[[Query], Body]) -> Reading:
    """The strictest reading that finds anything. Filters do not count: narrowing a search never changes its meaning.

    `body_of` makes the caller's own question out of a query for the text.
    """
    typed, within = words(text), build.with_status(statuses)
    queries = [build.text_query(text, **strictness) for strictness in _STRICTNESS]
    samples = [_sample(query, within) for query in queries]
    answers = cluster.search(*samples, *map(body_of, queries), _known(typed))
    exists = _exists_in(answers.pop())
    for number, (sample, own) in enumerate(zip(answers[:3], answers[3:], strict=True)):
        if sample["hits"]["hits"]:
            said = corrected(text, vocabulary(cards(sample)), exists) if number else ""
            return Reading(own, said)
    return Reading(answers[3], alternatives=_alternatives(cluster, typed, within, exists))


def cards(answer: Body) -> tuple[ProductCard, ...]:
    """The products of an answer's hits."""
    return tuple(card_of(hit["_source"]["card"].encode()) for hit in answer["hits"]["hits"])


def _alternatives(cluster: Cluster, typed: list[str], within: Query, exists: Callable[[str], bool]) -> tuple[str, ...]:
    """Texts that find something: far-off words replaced, then the known words alone."""
    unknown = [word for word in typed if may_look_like_another(word) and not exists(word)][:MAX_ALTERNATIVES]
    near = cluster.search(*(_sample(build.far_word(word), within) for word in unknown)) if unknown else []
    replaced = [
        other
        for word, sample in zip(unknown, near, strict=True)
        for other in lookalikes(word, vocabulary(cards(sample)))
    ]
    offered = list(dict.fromkeys([*replaced, *filter(exists, typed)]))[: 2 * MAX_ALTERNATIVES]
    if not offered:
        return ()
    answers = cluster.search(*(_any(build.narrowed(as_typed(other), [within])) for other in offered))
    found = [other for other, answer in zip(offered, answers, strict=True) if answer["hits"]["hits"]]
    return tuple(found[:MAX_ALTERNATIVES])


def _sample(query: Query, within: Query) -> Body:
    return {"query": build.narrowed(query, [within]), "size": READ_HITS, "track_total_hits": False, "_source": ["card"]}


def _any(query: Query) -> Body:
    return {"query": query, "size": 1, "terminate_after": 1, "track_total_hits": False, "_source": False}


def _known(typed: list[str]) -> Body:
    """Which of the words any product has."""
    each = {word: build.has_word(word) for word in typed}
    asked: dict[str, Any] = {"query": build.any_of(each.values()), "size": 0, "track_total_hits": False}
    return asked | ({"aggs": {"known": {"filters": {"filters": each}}}} if each else {})


def _exists_in(answer: Body) -> Callable[[str], bool]:
    buckets = answer.get("aggregations", {}).get("known", {}).get("buckets", {})
    return lambda word: synonyms().knows(word) or buckets.get(word, {}).get("doc_count", 0) > 0
