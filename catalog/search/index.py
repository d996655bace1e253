"""What a search index promises, whichever engine keeps it; `search_index()` is the one of this process."""

import re
from collections.abc import Collection, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Literal, Protocol
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from catalog import categories
from catalog.domain import CardPage, Image, Product, ProductCard
from catalog.repository import BadCursor as BadCursor
from catalog.search.document import words_of
from shopcloud.lib.resilience import TierUnavailable

_CURSOR = re.compile(r"[0-9]{1,19}")
_LAST_KEY = 2**63 - 1

Sort = Literal["relevance", "price", "-price", "rating", "newest"]
SORTS: tuple[Sort, ...] = ("relevance", "price", "-price", "rating", "newest")
MAX_DEPTH = 10_000
MAX_PAGE_SIZE = 100


class SearchUnavailable(TierUnavailable):
    """The index cannot be read or written. Categories and product pages go on; `reindex_catalog` makes it anew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchRequest:
    """What a shopper asks for, in English or `language`.

    Prices are minor units of `currency`, inclusive; `rating` is the least average, 1 to 5. `attributes` are names with
    values: a product has one of the values of each. The values of the attributes `offered` are counted.

    Nothing in it makes a search fail: unknown brands or categories find nothing, a page beyond the last is empty.
    """

    text: str = ""
    category: str = ""
    brands: tuple[str, ...] = ()
    min_price: int | None = None
    max_price: int | None = None
    currency: str = "USD"
    rating: int | None = None
    in_stock: bool = False
    sort: Sort = "relevance"
    page: int = 1
    page_size: int = 24
    statuses: tuple[str, ...] = ("active",)
    language: str = "en"
    attributes: tuple[tuple[str, tuple[str, ...]], ...] = ()
    offered: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Window:
    """Which hits a request asks for. `offset` is None for a page deeper than any engine reads: it only counts."""

    page: int
    size: int
    offset: int | None

    def pages(self, total: int) -> int:
        """How many pages can be opened, for so many results."""
        return -(-min(total, MAX_DEPTH // self.size * self.size) // self.size)


def window(request: SearchRequest) -> Window:
    size = min(max(request.page_size, 1), MAX_PAGE_SIZE)
    page = max(request.page, 1)
    return Window(page, size, (page - 1) * size if page * size <= MAX_DEPTH else None)


def key_after(cursor: str) -> int:
    """The `change_key` that a page of the staff's listing stays below. Raises BadCursor."""
    if not _CURSOR.fullmatch(cursor) or int(cursor) > _LAST_KEY:
        raise BadCursor
    return int(cursor)


@dataclass(frozen=True, slots=True)
class FacetValue:
    """One value to narrow by: choosing it gives `count` results.

    `value` is what the request takes: a category path, a brand, a least rating, "true" for in stock, and for prices
    "min-max" in minor units (inclusive, "min-" without an upper end).
    """

    value: str
    label: str
    count: int
    selected: bool = False


@dataclass(frozen=True, slots=True)
class AttributeFacet:
    """The values of one attribute that the products found have."""

    name: str
    label: str
    values: tuple[FacetValue, ...]


@dataclass(frozen=True, slots=True)
class Facets:
    """`categories` are the children of the requested category, or the departments; `attributes` are those offered that
    most of the products found have, in the order they were offered in."""

    categories: tuple[FacetValue, ...] = ()
    brands: tuple[FacetValue, ...] = ()
    prices: tuple[FacetValue, ...] = ()
    ratings: tuple[FacetValue, ...] = ()
    in_stock: tuple[FacetValue, ...] = ()
    attributes: tuple[AttributeFacet, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchResult:
    """One page of hits. `corrected` is the text that was really searched when the typed one found nothing, else "".

    `alternatives` are texts that find something, offered where a text found nothing at all, the likeliest first.
    `indexed` is False where there never was an index to ask.
    """

    hits: tuple[ProductCard, ...] = ()
    total: int = 0
    facets: Facets = Facets()
    page: int = 1
    pages: int = 0
    corrected: str = ""
    alternatives: tuple[str, ...] = ()
    indexed: bool = True


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A page offered while typing. `path` has no market prefix; `kind` tells products from categories, and
    `titles` are a product's in other languages."""

    text: str
    path: str
    image: Image | None
    kind: Literal["product", "category"]
    titles: Mapping[str, str] = field(default_factory=dict)


class SearchIndex(Protocol):
    """Every method raises SearchUnavailable when the index is gone or broken; one that never existed is empty."""

    def state(self) -> Hashable:
        """What is searched now, by a name: as long as that is the same, a search has the same answer."""

    def search(self, request: SearchRequest) -> SearchResult: ...

    def suggest(self, text: str, *, limit: int = 8) -> list[Suggestion] | None:
        """Categories first, then products, for the beginning of a query; one typo is forgiven. None where there never
        was an index to ask.
        """

    def similar(self, product: Product, *, limit: int) -> list[ProductCard]:
        """Active products like this one, the most alike first, without itself; of its category before any other."""

    def category_counts(self) -> dict[str, int]:
        """How many active products stand in each category and below it, by path."""

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
        """Products of any status, the last changed first, without counting. Raises BadCursor.

        Where nothing has all words of the text, those that come `near` it are told, or none if it is meant `literally`.
        """

    def with_codes(self, codes: Collection[str]) -> list[str]:
        """The ids of products of any status that have one of these SKUs or barcodes, and perhaps of some that write it
        in other letters; 10,000 at most."""

    def update(self, products: Iterable[Product]) -> None:
        """Add or replace; visible to every process within a second."""

    def delete(self, product_ids: Iterable[str]) -> None: ...

    def rebuild(self, products: Iterable[Product]) -> int:
        """Replace the whole index by `products` beside the live one, then swap; returns how many it holds."""

    def is_whole(self) -> bool:
        """False where it never existed, was lost, cannot be read or was made by an earlier release: time to rebuild.

        A cluster that merely does not answer has lost nothing. Never raises.
        """

    def ping(self) -> None: ...


def whole(index: SearchIndex) -> SearchIndex:
    """The same, for who takes its silence for the truth. Raises SearchUnavailable if it is not whole."""
    if not index.is_whole():
        raise SearchUnavailable("The search index is missing or of an earlier release. It is being made anew.")
    return index


@cache
def search_index() -> SearchIndex:
    """The index chosen by `SEARCH_URL`: Tantivy in a folder, or OpenSearch behind an alias."""
    from catalog.product_types import filterable_of, spoken_of

    parts = urlsplit(settings.SEARCH_URL)
    if parts.scheme == "tantivy" and parts.path.strip("/"):
        from catalog.search.tantivy_index import TantivyIndex

        return TantivyIndex(unquote(parts.path), names_of=_names_of, counted=filterable_of, spoken=spoken_of)
    if parts.scheme in ("https", "http") and parts.hostname and re.fullmatch("/[a-z][a-z0-9-]*/?", parts.path):
        from catalog.search.opensearch_index import OpenSearchIndex

        return OpenSearchIndex(settings.SEARCH_URL, names_of=_names_of, counted=filterable_of, spoken=spoken_of)
    raise ImproperlyConfigured(
        "SEARCH_URL is neither a folder nor an OpenSearch alias. Set tantivy:///absolute/path/of/a/folder "
        "or https://user:password@host/name-of-the-alias."
    )


def _names_of(path: str) -> str:
    """What a category is called in every language, and what its path says."""
    category = categories.known_by_now(path)
    return " ".join(dict.fromkeys([words_of(path), *([category.name, *category.names.values()] if category else [])]))
