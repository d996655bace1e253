"""The search index on Tantivy, in files that every process of one machine shares."""

from collections.abc import Callable, Collection, Hashable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import Any

from django.utils.translation import get_language
from tantivy import DocAddress, Order, Query, Searcher

from catalog.domain import CardPage, Product, ProductCard, Status
from catalog.search import tantivy_query as build
from catalog.search.document import (
    CURRENCIES,
    EVERY_LANGUAGE,
    Counted,
    Spoken,
    as_it_stands,
    card_of,
    document,
    price_field,
    words_of,
)
from catalog.search.facts import every_name
from catalog.search.index import (
    MAX_DEPTH,
    MAX_PAGE_SIZE,
    SearchRequest,
    SearchResult,
    SearchUnavailable,
    Suggestion,
    Window,
    key_after,
    window,
)
from catalog.search.memo import Memo, Once
from catalog.search.tantivy_facets import category_counts, facets
from catalog.search.tantivy_schema import EDITION, Dialect
from catalog.search.tantivy_similar import similar
from catalog.search.tantivy_store import BROKEN, IndexFiles
from catalog.search.tantivy_suggest import suggested_products, suggestions
from catalog.search.tantivy_words import Match, alternatives, as_typed, finds, matching
from catalog.search.words import known_language
from shopcloud.lib.observability import tier

BEGINNINGS_KEPT = 4096
_SORTS = {"rating": ("rating", Order.Desc), "newest": ("created", Order.Desc)}


class TantivyIndex:
    """A `catalog.search.index.SearchIndex` kept in the folder `root`; see `document` for how products are read."""

    def __init__(
        self,
        root: str,
        *,
        names_of: Callable[[str], str] = words_of,
        counted: Counted = every_name,
        spoken: Spoken = as_it_stands,
    ) -> None:
        self.files = IndexFiles(root)
        self._names_of = names_of
        self._document = partial(document, names_of=names_of, counted=counted, spoken=spoken)
        self._memo = Memo()
        # What shoppers begin to type is much the same, and a few words are all that is kept of each.
        self._begun = Memo(BEGINNINGS_KEPT)

    def state(self) -> Hashable:
        with _answering():
            return self.files.reading()[0]

    def search(self, request: SearchRequest) -> SearchResult:
        with _answering():
            once, searcher = self._read()
            if searcher is None:
                return SearchResult(page=request.page, indexed=False)
            if not self.files.is_current and request.attributes:
                return SearchResult(page=window(request).page)
            asked = request if self.files.is_current else replace(request, language="en", offered=())
            dialect = Dialect(known_language(asked.language), self.files.is_current)
            # Prices are written in the language of the page.
            return once((asked, get_language()), lambda: _search(searcher, asked, dialect, once))

    def suggest(self, text: str, *, limit: int = 8) -> list[Suggestion] | None:
        with _answering():
            state, searcher = self.files.reading()
            if searcher is None or limit < 1:
                return [] if searcher else None
            counts = self._memo.recall(state, "category counts", lambda: category_counts(searcher))
            products = self._begun.recall(state, (text, limit), lambda: suggested_products(searcher, text, limit))
            return suggestions(products, text, limit, counts, self._names_of)

    def similar(self, product: Product, *, limit: int) -> list[ProductCard]:
        with _answering():
            searcher = self.files.searcher()
            return [] if searcher is None else similar(searcher, product, limit)

    def category_counts(self) -> dict[str, int]:
        with _answering():
            once, searcher = self._read()
            return {} if searcher is None else once("category counts", lambda: category_counts(searcher))

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
        earlier = [] if after is None else [build.below("changed", key_after(after))]
        with _answering():
            once, searcher = self._read()
            if searcher is None:
                return CardPage((), None)
            if product_type and not self.files.is_current:
                return CardPage((), None)
            conditions = [build.in_category(category)] if category else []
            conditions += [build.of_type(product_type)] if product_type else []
            conditions += earlier
            dialect = Dialect(EVERY_LANGUAGE) if self.files.is_current else Dialect(is_current=False)
            read = as_typed if literally else matching
            match = partial(read, searcher, text, (status,) if status else tuple(Status), dialect)
            page = partial(_staff_page, searcher, match, conditions, limit)
            # Pages by the thousand are asked for once, by those who read them all.
            if limit > MAX_PAGE_SIZE:
                return page()
            return once(("for staff", text, status, category, product_type, after, limit, literally), page)

    def with_codes(self, codes: Collection[str]) -> list[str]:
        with _answering():
            searcher = self.files.searcher()
            if searcher is None or not codes:
                return []
            hits = searcher.search(build.coded(codes), MAX_DEPTH, count=False).hits
            return [card.product_id for card in _cards(searcher, hits)]

    def update(self, products: Iterable[Product]) -> None:
        self.files.change([self._document(p) for p in {p.product_id: p for p in products}.values()], [])

    def delete(self, product_ids: Iterable[str]) -> None:
        self.files.change([], list(product_ids))

    def rebuild(self, products: Iterable[Product]) -> int:
        return self.files.replace(map(self._document, products))

    def is_whole(self) -> bool:
        try:
            return self.files.searcher() is not None and self.files.is_current and self.files.edition >= EDITION
        except SearchUnavailable:
            return False

    def ping(self) -> None:
        with _answering():
            self.files.searcher()

    def _read(self) -> tuple[Once, Searcher | None]:
        """A searcher, and the memory of what its commit has answered."""
        state, searcher = self.files.reading()
        return partial(self._memo.recall, state), searcher


@contextmanager
def _answering() -> Iterator[None]:
    with tier("search"):
        try:
            yield
        except BROKEN as error:
            raise SearchUnavailable("The search index does not answer. Run reindex_catalog to make it anew.") from error


def _search(searcher: Searcher, request: SearchRequest, dialect: Dialect, once: Once) -> SearchResult:
    asked = window(request)
    filters = build.filters(request)
    match = as_typed(searcher, request.text, request.statuses, dialect)
    found = _found(searcher, build.narrowed(match.query, filters.values()), request, asked)
    if not found.count:
        match = matching(searcher, request.text, request.statuses, dialect)
        found = _found(searcher, build.narrowed(match.query, filters.values()), request, asked)
    # Other pages and orders of a search have the same facets.
    alike = ("facets", replace(request, page=1, page_size=1, sort="relevance"), get_language())
    return SearchResult(
        hits=() if asked.offset is None else _cards(searcher, found.hits),
        total=found.count,
        facets=once(alike, lambda: facets(request, match.query, filters, searcher.aggregate)),
        page=asked.page,
        pages=asked.pages(found.count),
        corrected=match.corrected,
        alternatives=_alternatives(searcher, match.query, request, dialect) if not found.count else (),
    )


def _staff_page(searcher: Searcher, read: Callable[[], Match], conditions: list[Query], limit: int) -> CardPage:
    match = read()
    query = build.narrowed(match.query, conditions)
    hits = searcher.search(query, limit + 1, count=False, order_by_field="changed").hits
    following = str(hits[limit - 1][0]) if len(hits) > limit else None
    return CardPage(_cards(searcher, hits[:limit]), following, near=match.near)


def _alternatives(searcher: Searcher, query: Query, request: SearchRequest, dialect: Dialect) -> tuple[str, ...]:
    """None where the text finds something and only the filters leave nothing."""
    return () if finds(searcher, query) else alternatives(searcher, request.text, request.statuses, dialect)


def _found(searcher: Searcher, query: Query, request: SearchRequest, asked: Window) -> Any:
    """Hits and count; a page too deep to be read (no `offset`) only counts."""
    if asked.offset is None:
        return searcher.search(query, 1)
    return searcher.search(query, asked.size, offset=asked.offset, **_order(request))


def _order(request: SearchRequest) -> dict[str, Any]:
    """Prices that are missing come last either way; without a text, relevance is the shop's own order."""
    if request.sort in ("price", "-price") and request.currency in CURRENCIES:
        direction = Order.Asc if request.sort == "price" else Order.Desc
        return {"order_by_field": price_field(request.currency), "order": direction}
    if request.sort in _SORTS:
        field, direction = _SORTS[request.sort]
        return {"order_by_field": field, "order": direction}
    return {} if request.text.strip() else {"order_by_field": "rank", "order": Order.Asc}


def _cards(searcher: Searcher, hits: Iterable[tuple[Any, DocAddress]]) -> tuple[ProductCard, ...]:
    return tuple(card_of(searcher.doc(address).get_first("card")) for _, address in hits)
