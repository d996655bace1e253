"""The search index on OpenSearch: one round trip for a search that finds something as it was typed."""

import time
from collections.abc import Callable, Collection, Hashable, Iterable
from functools import partial
from typing import Any

from catalog.domain import CardPage, Product, ProductCard, Status
from catalog.search import opensearch_query as build
from catalog.search.document import (
    CURRENCIES,
    EVERY_LANGUAGE,
    Counted,
    Spoken,
    as_it_stands,
    document,
    price_field,
    words_of,
)
from catalog.search.facets import buckets_of, category_levels
from catalog.search.facts import every_name
from catalog.search.index import MAX_DEPTH, SearchRequest, SearchResult, Suggestion, Window, key_after, window
from catalog.search.opensearch_client import Body, Cluster
from catalog.search.opensearch_facets import facet_aggregations, facets_from
from catalog.search.opensearch_query import Query
from catalog.search.opensearch_similar import similar
from catalog.search.opensearch_store import Generations
from catalog.search.opensearch_words import Asked, Reading, cards, read
from catalog.search.suggesting import CATEGORIES, category_suggestion, product_suggestion, suggested_categories
from catalog.search.words import known_language

# Products that are equal otherwise stand in one order, or a page would repeat what the one before showed.
_TIES: list[Any] = [{"rank": "asc"}, {"product_id": "asc"}]
_SORTS = {"rating": [{"rating": "desc"}], "newest": [{"created": "desc"}]}


class OpenSearchIndex:
    """A `catalog.search.index.SearchIndex` behind the alias in `url`; see `document` for how products are read."""

    def __init__(
        self,
        url: str,
        *,
        names_of: Callable[[str], str] = words_of,
        counted: Counted = every_name,
        spoken: Spoken = as_it_stands,
    ) -> None:
        self.cluster = Cluster(url)
        self.generations = Generations(
            self.cluster, partial(document, names_of=names_of, counted=counted, spoken=spoken)
        )
        self._names_of = names_of

    def state(self) -> Hashable:
        """The second, as often as the index shows what has changed."""
        return int(time.monotonic())

    def search(self, request: SearchRequest) -> SearchResult:
        empty = SearchResult(page=window(request).page, indexed=False)
        return self.generations.answer(lambda: _search(self.cluster, request), empty)

    def suggest(self, text: str, *, limit: int = 8) -> list[Suggestion] | None:
        return self.generations.answer(lambda: self._suggestions(text, limit), None) if limit > 0 else []

    def similar(self, product: Product, *, limit: int) -> list[ProductCard]:
        return self.generations.answer(lambda: similar(self.cluster, product, limit), [])

    def category_counts(self) -> dict[str, int]:
        return self.generations.answer(lambda: _category_counts(self.cluster), {})

    def list_for_staff(
        self,
        *,
        text: str = "",
        status: str = "",
        category: str = "",
        product_type: str = "",
        after: str | None = None,
        limit: int = 50,
        literally: bool = False,
    ) -> CardPage:
        statuses = (status,) if status else tuple(Status)
        conditions = [build.with_status(statuses)]
        conditions += [build.is_("category", category)] if category else []
        conditions += [build.is_("product_type", product_type)] if product_type else []
        conditions += [{"range": {"changed": {"lt": key_after(after)}}}] if after is not None else []

        def body_of(query: Query) -> Body:
            return _first(limit + 1, build.narrowed(query, conditions)) | {"sort": [{"changed": "desc"}]}

        def page() -> CardPage:
            asked = Asked(text, statuses, EVERY_LANGUAGE)
            reading = _read(self.cluster, asked, body_of, lambda answer: literally or len(answer["hits"]["hits"]))
            last = reading.answer["hits"]["hits"][limit - 1 : limit + 1]
            following = str(last[0]["sort"][0]) if len(last) > 1 else None
            return CardPage(cards(reading.answer)[:limit], following, near=reading.near)

        return self.generations.answer(page, CardPage((), None))

    def with_codes(self, codes: Collection[str]) -> list[str]:
        def found() -> list[str]:
            (answer,) = self.cluster.search(_first(MAX_DEPTH, build.narrowed(build.ALL, [build.coded(codes)])))
            return [card.product_id for card in cards(answer)]

        return self.generations.answer(found, []) if codes else []

    def _suggestions(self, text: str, limit: int) -> list[Suggestion]:
        query = build.narrowed(build.typing_query(text), [build.with_status((Status.ACTIVE,))])
        (answer,) = self.cluster.search(_first(limit, query) | {"aggs": CATEGORIES})
        paths = suggested_categories(answer["aggregations"], text, self._names_of)
        return [*map(category_suggestion, paths), *map(product_suggestion, cards(answer))][:limit]

    def update(self, products: Iterable[Product]) -> None:
        self.generations.change({p.product_id: p for p in products}.values(), [])

    def delete(self, product_ids: Iterable[str]) -> None:
        self.generations.change([], list(product_ids))

    def rebuild(self, products: Iterable[Product]) -> int:
        return self.generations.replace(products)

    def is_whole(self) -> bool:
        return self.generations.is_whole()

    def ping(self) -> None:
        self.generations.ping()


def _search(cluster: Cluster, request: SearchRequest) -> SearchResult:
    page = window(request)
    asked = Asked(request.text, request.statuses, known_language(request.language))
    reading = _read(cluster, asked, lambda query: _page(query, request, page), _total)
    total = _total(reading.answer)
    return SearchResult(
        hits=cards(reading.answer),
        total=total,
        facets=facets_from(reading.answer, request),
        page=page.page,
        pages=page.pages(total),
        corrected=reading.corrected,
        alternatives=reading.alternatives,
    )


def _read(cluster: Cluster, asked: Asked, body_of: Callable[[Query], Body], finds: Callable[[Body], int]) -> Reading:
    """The text as it was typed, or where that finds nothing, as it may have been meant."""
    (answer,) = cluster.search(body_of(asked.query()))
    return Reading(answer) if finds(answer) or not asked.text.strip() else read(cluster, asked, answer, body_of)


def _page(query: Query, request: SearchRequest, asked: Window) -> Body:
    """Hits, their number and every facet in one question; a page too deep to be read only counts."""
    chosen = build.filters(request)
    # No facet ignores the category: it narrows what is counted too.
    shelf = [chosen.pop("categories")] if request.category else []
    return {
        "query": build.narrowed(query, [build.with_status(request.statuses), *shelf]),
        "post_filter": {"bool": {"filter": list(chosen.values())}},
        "aggs": facet_aggregations(request, chosen),
        "sort": _order(request),
        "from": asked.offset or 0,
        "size": 0 if asked.offset is None else asked.size,
        "track_total_hits": True,
        "_source": ["card"],
    }


def _order(request: SearchRequest) -> list[Any]:
    """Prices that are missing come last either way; without a text, relevance is the shop's own order."""
    if request.sort in ("price", "-price") and request.currency in CURRENCIES:
        direction = "asc" if request.sort == "price" else "desc"
        return [{price_field(request.currency): {"order": direction, "missing": "_last"}}, *_TIES]
    if request.sort in _SORTS:
        return [*_SORTS[request.sort], *_TIES]
    return ["_score", *_TIES] if request.text.strip() else _TIES


def _first(size: int, query: Query) -> Body:
    return {"query": query, "size": size, "track_total_hits": False, "_source": ["card"]}


def _total(answer: Body) -> int:
    return int(answer["hits"]["total"]["value"])


def _category_counts(cluster: Cluster) -> dict[str, int]:
    levels = category_levels()
    active = build.narrowed(build.ALL, [build.with_status((Status.ACTIVE,))])
    (answer,) = cluster.search({"query": active, "size": 0, "track_total_hits": False, "aggs": levels})
    return {b["key"]: b["doc_count"] for level in levels for b in buckets_of(answer["aggregations"][level])}
