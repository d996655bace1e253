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
    return {
        name: {
            "filter": {"bool": {"filter": [query for facet, query in chosen.items() if facet != name]}},
            "aggs": {_VALUES: aggregation},
        }
        for name, aggregation in aggregations(request).items()
    }


def facets_from(answer: Mapping[str, Any], request: SearchRequest) -> Facets:
    return facets_of({name: buckets_of(found[_VALUES]) for name, found in answer["aggregations"].items()}, request)
