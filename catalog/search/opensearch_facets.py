"""Facet counts from the aggregations of the search itself, so that they cost no call of their own.

A facet ignores its own selection and honours the others: what narrows the hits is applied after the counting
(`post_filter`), and each facet counts within the selections of the other ones.
"""

from collections.abc import Mapping
from typing import Any

from catalog.search.facets import aggregations, buckets_of, facets_of
from catalog.search.index import Facets, SearchRequest
from catalog.search.opensearch_query import Query

_VALUES = "values"


def facet_aggregations(request: SearchRequest, chosen: Mapping[str, Query]) -> dict[str, Any]:
    """`chosen` are the facets that narrow the hits after counting, each as one query, by the facet's name."""
    made: dict[str, Any] = {}
    for name, aggregation in aggregations(request).items():
        others = [query for facet, query in chosen.items() if facet != name]
        # Values are counted straight where nothing is left out, which costs less than counting within all. Ranges are
        # not: OpenSearch 2.19 fails over several of them at the top of a question that matches everything.
        within = {"filter": {"bool": {"filter": others}}, "aggs": {_VALUES: aggregation}}
        made[name] = within if others or "range" in aggregation else aggregation
    return made


def facets_from(answer: Mapping[str, Any], request: SearchRequest) -> Facets:
    return facets_of(
        {name: buckets_of(found.get(_VALUES, found)) for name, found in answer["aggregations"].items()}, request
    )
