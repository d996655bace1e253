"""The facets of attributes, whichever engine counts them: all that narrow nothing in one aggregation, however many a
shop has, and one more for each that narrows the search.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from catalog.search.facts import fact, key_of, name_and_value
from catalog.search.index import AttributeFacet, FacetValue, SearchRequest

ALL = "attributes"
MAX_CHOSEN = 10
MAX_VALUES = 50
TOP_VALUES = 20
TOP_ATTRIBUTES = 12
# The most common values of all attributes together that are looked at.
_COUNTED = {"terms": {"field": "facts", "size": 500}}
Counts = dict[str, list[tuple[str, int]]]


def chosen_facts(request: SearchRequest) -> dict[str, list[str]]:
    """The words of which a product needs one, by the name of each facet that narrows the search."""
    found: dict[str, list[str]] = {}
    for name, values in request.attributes[:MAX_CHOSEN]:
        words = (fact(name, value) for value in values[:MAX_VALUES])
        found.setdefault(_facet(key_of(name)), []).extend(word for word in words if word)
    return found


def attribute_aggregations(request: SearchRequest) -> dict[str, Any]:
    """One aggregation for all attributes that narrow nothing, and one for each offered that does."""
    if not request.offered:
        return {}
    offered = set(map(key_of, request.offered))
    chosen = [name for name in chosen_facts(request) if _key(name) in offered]
    return {ALL: _COUNTED} | dict.fromkeys(chosen, _COUNTED)


def attribute_facets(buckets: Mapping[str, list[dict[str, Any]]], request: SearchRequest) -> tuple[AttributeFacet, ...]:
    """A facet for each attribute offered that has a value here, the commonest values first."""
    selected = {word for words in chosen_facts(request).values() for word in words}
    named: dict[str, str] = {}
    for name in request.offered:
        named.setdefault(key_of(name), name)
    counts: Counts = {}
    for key, value, count in _counted(buckets):
        counts.setdefault(key, []).append((value, count))
    found = [(name, counts[key]) for key, name in named.items() if key in counts]
    facets = [AttributeFacet(name, name, _values(name, values, selected)) for name, values in found]
    said = sorted(facets, key=_weight, reverse=True)[:TOP_ATTRIBUTES]
    return tuple(facet for facet in facets if facet in said)


def _weight(facet: AttributeFacet) -> tuple[bool, int]:
    """What is chosen is never left out; of the others, what most products say of themselves is shown."""
    return any(value.selected for value in facet.values), sum(value.count for value in facet.values)


def _values(name: str, counts: list[tuple[str, int]], selected: set[str]) -> tuple[FacetValue, ...]:
    """The first ones, and what is chosen of the others."""
    made = [FacetValue(value, value, count, fact(name, value) in selected) for value, count in counts]
    return (*made[:TOP_VALUES], *(value for value in made[TOP_VALUES:] if value.selected))


def _counted(buckets: Mapping[str, list[dict[str, Any]]]) -> Iterator[tuple[str, str, int]]:
    """Key, value and count; what narrows the search is counted without its own selection."""
    for facet, found in buckets.items():
        for bucket in found if facet.partition(":")[0] == ALL else ():
            key, value = name_and_value(bucket["key"])
            if facet == (_facet(key) if _facet(key) in buckets else ALL):
                yield key, value, bucket["doc_count"]


def _facet(key: str) -> str:
    return f"{ALL}:{key}"


def _key(facet: str) -> str:
    return facet.partition(":")[2]
