"""What the facets of a search are, whichever engine counts them: the aggregations asked for, and buckets as choices.

Both engines speak the same language of aggregations.
"""

import itertools
from collections.abc import Mapping
from typing import Any

from django.utils.translation import get_language

from catalog.search.attribute_facets import attribute_aggregations, attribute_facets
from catalog.search.document import CURRENCIES, price_field, words_of
from catalog.search.index import Facets, FacetValue, SearchRequest
from shopcloud.lib.money import Money, decimals

Buckets = list[dict[str, Any]]

TOP_BRANDS = 20
MAX_CATEGORIES = 5000
PRICE_STEPS = (0, 10, 25, 50, 100, 200, 300, 500, 750, 1000, 1500, 2500, 5000, 10000)
PRICE_RANGES = 6
RATINGS = (4, 3, 2)


def facets_of(buckets: Mapping[str, Buckets], request: SearchRequest) -> Facets:
    """The choices a page offers, from the buckets of each aggregation by its name."""
    return Facets(
        categories=_categories(buckets.get("categories", [])),
        brands=_brands(buckets["brands"], request),
        prices=_prices(buckets.get("prices", []), request),
        ratings=_ratings(buckets["ratings"], request),
        in_stock=_in_stock(buckets["in_stock"], request),
        attributes=attribute_facets(buckets, request),
    )


def aggregations(request: SearchRequest) -> dict[str, Any]:
    """One aggregation for each facet the request can have, by the facet's name."""
    wanted: dict[str, Any] = {
        # More than are shown: a chosen brand stays in the list even where it is not among the first.
        "brands": {"terms": {"field": "brand", "size": 1000 if request.brands else TOP_BRANDS + 1}},
        "ratings": {
            "range": {"field": "rating", "ranges": [{"from": 20, "to": 30}, {"from": 30, "to": 40}, {"from": 40}]}
        },
        "in_stock": {"range": {"field": "in_stock", "ranges": [{"from": 1}]}},
    }
    depth = request.category.count("/") + 2 if request.category else 1
    if depth <= 3:
        wanted["categories"] = {"terms": {"field": f"level{depth}", "size": 100}}
    if request.currency in CURRENCIES:
        edges = _edges(request.currency)
        ranges = [{"from": low, "to": high} for low, high in itertools.pairwise(edges)]
        wanted["prices"] = {"range": {"field": price_field(request.currency), "ranges": [*ranges, {"from": edges[-1]}]}}
    return wanted | attribute_aggregations(request)


def category_levels() -> dict[str, Any]:
    """Counts every category and what stands below it."""
    return {f"level{depth}": {"terms": {"field": f"level{depth}", "size": MAX_CATEGORIES}} for depth in (1, 2, 3)}


def _edges(currency: str) -> list[int]:
    return [int(step * 10 ** decimals(currency)) for step in PRICE_STEPS]


def buckets_of(aggregation: Any) -> Buckets:
    """The buckets that hold something."""
    return [bucket for bucket in (aggregation or {}).get("buckets", []) if bucket["doc_count"]]


def _categories(buckets: Buckets) -> tuple[FacetValue, ...]:
    return tuple(FacetValue(b["key"], words_of(b["key"]), b["doc_count"]) for b in buckets)


def _brands(buckets: Buckets, request: SearchRequest) -> tuple[FacetValue, ...]:
    named = [b for b in buckets if b["key"]]
    shown = named[:TOP_BRANDS] + [b for b in named[TOP_BRANDS:] if b["key"] in request.brands]
    return tuple(FacetValue(b["key"], b["key"], b["doc_count"], b["key"] in request.brands) for b in shown)


def _ratings(buckets: Buckets, request: SearchRequest) -> tuple[FacetValue, ...]:
    made = []
    for least in RATINGS:
        count = sum(b["doc_count"] for b in buckets if b.get("from", 0) >= least * 10)
        if count:
            made.append(FacetValue(str(least), f"{least}+", count, request.rating == least))
    return tuple(made)


def _in_stock(buckets: Buckets, request: SearchRequest) -> tuple[FacetValue, ...]:
    count = sum(b["doc_count"] for b in buckets if b.get("from") == 1)
    return (FacetValue("true", "In stock", count, request.in_stock),) if count else ()


def _prices(buckets: Buckets, request: SearchRequest) -> tuple[FacetValue, ...]:
    """At most six ranges: neighbouring steps are joined, the emptiest first."""
    ranges = [(int(b.get("from", 0)), int(b["to"]) if "to" in b else None, int(b["doc_count"])) for b in buckets]
    ranges.sort()
    while len(ranges) > PRICE_RANGES:
        i = min(range(len(ranges) - 1), key=lambda n: ranges[n][2] + ranges[n + 1][2])
        ranges[i : i + 2] = [(ranges[i][0], ranges[i + 1][1], ranges[i][2] + ranges[i + 1][2])]
    if len(ranges) < 2 and request.min_price is None and request.max_price is None:
        return ()
    return tuple(_price_value(low, high, count, request) for low, high, count in ranges)


def _price_value(low: int, high: int | None, count: int, request: SearchRequest) -> FacetValue:
    currency, language = request.currency, get_language() or "en"
    start = Money(low, currency).format_whole(language)
    label = f"{start}+" if high is None else f"{start} – {Money(high, currency).format_whole(language)}"
    most = None if high is None else high - 1
    selected = (request.min_price or 0) == low and request.max_price == most and (low > 0 or most is not None)
    return FacetValue(f"{low}-{'' if most is None else most}", label, count, selected)
