"""Facet counts from Tantivy aggregations.

A facet ignores its own selection and honours the others. Facets without a selection share one engine call with the
hits' own query; each selected one costs a call more.
"""

from collections.abc import Callable, Mapping
from typing import Any

from tantivy import Query, Searcher

from catalog.domain import Status
from catalog.search.facets import aggregations, buckets_of, category_levels, facets_of
from catalog.search.index import Facets, SearchRequest
from catalog.search.tantivy_query import in_status, narrowed

SEGMENT_VALUES = 10_000
Aggregate = Callable[[Query, dict[str, Any]], dict[str, Any]]


def facets(request: SearchRequest, base: Query, filters: Mapping[str, Query], aggregate: Aggregate) -> Facets:
    """The counts of every facet for `base` narrowed by `filters`."""
    wanted = {name: _in_full(asked) for name, asked in aggregations(request).items()}
    shared = {name: agg for name, agg in wanted.items() if name not in filters or name == "categories"}
    found = aggregate(narrowed(base, filters.values()), shared) if shared else {}
    for name in wanted.keys() - shared.keys():
        others = [query for facet, query in filters.items() if facet != name]
        found |= aggregate(narrowed(base, others), {name: wanted[name]})
    return facets_of({name: buckets_of(found.get(name)) for name in wanted}, request)


def _in_full(aggregation: Mapping[str, Any]) -> dict[str, Any]:
    """Every value of a segment is counted; of the commonest alone, one that is rare in some segment has too few."""
    return {how: {**of, "shard_size": SEGMENT_VALUES} if how == "terms" else of for how, of in aggregation.items()}


def category_counts(searcher: Searcher) -> dict[str, int]:
    """How many active products stand in each category and below it, by path."""
    levels = category_levels()
    found = searcher.aggregate(in_status(Query.all_query(), (Status.ACTIVE,)), levels)
    return {bucket["key"]: bucket["doc_count"] for level in levels for bucket in buckets_of(found[level])}
