"""Reads of the catalog. Each states how fresh it must be."""

import time
from collections.abc import Hashable, Iterable
from dataclasses import replace

from django.utils.translation import get_language

from catalog import categories, category_redirects, review_pages
from catalog.domain import CardPage, Category, Freshness, Product, ProductCard, Variant
from catalog.dynamo import client, spoken
from catalog.events import Searched
from catalog.product_types import label_in as label_in
from catalog.product_types import options_in as options_in
from catalog.records import card_of
from catalog.repository import PAGE_SIZE, CatalogUnavailable, SomeUnknown, products
from catalog.reviewers import Reviewer as Reviewer
from catalog.reviewers import own_review, under_an_address
from catalog.reviewers import reviews_by as reviews_by
from catalog.reviews import (
    PLAIN,
    ReviewOrder,
    ReviewPage,
    ReviewStatus,
    SpokenReview,
    WaitingReviews,
    person_key,
    review_key,
)
from catalog.search import offers, spoken_facets
from catalog.search.document import codes_for
from catalog.search.index import Facets, SearchRequest, SearchResult, SearchUnavailable, Suggestion, search_index
from catalog.search.words import clean
from shopcloud.lib.observability import spent_ms

# A code that more products have tells none of them apart.
_SHARING = 100


class ProductNotFound(LookupError):
    """No product has this id."""

    def __init__(self, product_id: str) -> None:
        super().__init__(f"There is no product {product_id}.")


class CategoryNotFound(LookupError):
    """The tree has no such category."""

    def __init__(self, path: str) -> None:
        super().__init__(f"There is no category {path}.")


# -- products --------------------------------------------------------------------------------------------------


def product(product_id: str, *, freshness: Freshness = Freshness.CACHED) -> Product:
    """A product of any status. Raises ProductNotFound, CatalogUnavailable."""
    found = products().get(product_id, freshness=freshness)
    if found is None:
        raise ProductNotFound(product_id)
    return found


def products_by_id(product_ids: Iterable[str], *, freshness: Freshness = Freshness.CACHED) -> dict[str, Product]:
    """In the order asked for; unknown ids are absent. Raises CatalogUnavailable."""
    return products().get_many(product_ids, freshness=freshness)


def known_products(product_ids: Iterable[str]) -> tuple[dict[str, Product], frozenset[str]]:
    """As `products_by_id`, to browse; and those of which nobody knows anything while DynamoDB is away. Never raises."""
    try:
        return products_by_id(product_ids), frozenset()
    except SomeUnknown as outage:
        return outage.found, outage.unknown


def cards_by_id(product_ids: Iterable[str]) -> list[ProductCard]:
    """Cards of those that are for sale, in the order asked for. Raises CatalogUnavailable."""
    found = products_by_id(product_ids)
    return [card_of(product) for product in found.values() if product.is_active]


def category_page(path: str, *, cursor: str | None = None, limit: int = PAGE_SIZE) -> CardPage:
    """Active products of a category and all below it. Raises BadCursor, CatalogUnavailable."""
    return products().in_category(path, cursor=cursor, limit=limit)


def featured(limit: int = 12) -> CardPage:
    """What the home page shows first. Empty and stale rather than an error while DynamoDB is away and nothing is
    remembered.
    """
    try:
        return products().featured(limit=limit)
    except CatalogUnavailable:
        return CardPage((), None, stale=True)


# -- the tree --------------------------------------------------------------------------------------------------


def tree() -> list[Category]:
    """Every category, parents and children mixed, in the order of the shelves. Never raises."""
    return list(categories.current().categories)


def known_tree() -> list[Category]:
    """As `tree`. Raises CatalogUnavailable while nobody knows it."""
    found = categories.current()
    if not found.known:
        raise CatalogUnavailable
    return list(found.categories)


def departments() -> list[Category]:
    """The top of the tree. Never raises: every page's header shows it."""
    return children("")


def children(path: str) -> list[Category]:
    return list(categories.current().by_parent.get(path, ()))


def category(path: str) -> Category:
    """Raises CategoryNotFound; CatalogUnavailable when the tree is not known at all."""
    tree = categories.current()
    found = tree.by_path.get(path)
    if found is None:
        raise CategoryNotFound(path) if tree.known else CatalogUnavailable
    return found


def moved_category(path: str) -> str | None:
    """Where a category that the tree does not have stands now; None where it never moved. Costs a row of PostgreSQL."""
    return category_redirects.moved_to(path)


def category_here_now(path: str) -> str:
    """The path itself where the tree has it or nothing is known of it, otherwise where the category went."""
    return category_redirects.here_now(path)


def breadcrumbs(path: str) -> list[Category]:
    """From the department down to `path` itself, leaving out what the tree does not have."""
    return categories.current().breadcrumbs(path)


# -- reviews ---------------------------------------------------------------------------------------------------


def reviews_of(
    product_id: str,
    *,
    cursor: str | None = None,
    limit: int = review_pages.PAGE_SIZE,
    order: ReviewOrder = PLAIN,
) -> ReviewPage:
    """Reviews, the newest first unless told. A product page asks for the first ones and always gets an answer, marked
    stale while DynamoDB is away. Raises BadCursor, and CatalogUnavailable for later pages and other orders.
    """
    return review_pages.read(product_id, cursor=cursor, limit=limit, order=order)


def spoken_review(product_id: str, *, buyer: str) -> SpokenReview | None:
    """What the buyer said of a product, as it stands now. Raises CatalogUnavailable."""
    return own_review(product_id, buyer=buyer)[1]


def spoken_reviews(product_ids: Iterable[str], *, buyer: str) -> dict[str, SpokenReview]:
    """As `spoken_review`, of up to 100 products in one read that may lag a moment behind, or two for a guest; by
    product."""
    asked = set(product_ids)
    keys = [(product_id, review_key(product_id=product_id, buyer=buyer)) for product_id in asked]
    found = spoken.find_many(client.writer(), keys)
    mine = {product_id: said for product_id, said in found.items() if said.is_by(person_key(buyer))}
    elsewhere = found.keys() - mine.keys()
    if unknown := asked - found.keys():
        elsewhere |= unknown & under_an_address(buyer).keys()
    others = {product_id: spoken_review(product_id, buyer=buyer) for product_id in elsewhere}
    return mine | {product_id: said for product_id, said in others.items() if said}


def said_review(product_id: str, review_id: str) -> SpokenReview | None:
    """As `spoken_review`, by the review's own id. Raises CatalogUnavailable."""
    return spoken.find(client.writer(), product_id, review_id)


def waiting_reviews(*, cursor: str | None = None) -> WaitingReviews:
    """The reviews that wait for staff, the longest first. Raises BadCursor, CatalogUnavailable."""
    return spoken.waiting(client.writer(), cursor=cursor)


def rejected_reviews(*, cursor: str | None = None) -> WaitingReviews:
    """What staff rejected, the latest words first. Raises BadCursor, CatalogUnavailable."""
    return spoken.waiting(client.writer(), cursor=cursor, status=ReviewStatus.REJECTED)


# -- health ----------------------------------------------------------------------------------------------------


def ping() -> None:
    client.ping()


def ping_dax() -> None:
    client.ping_dax()


def ping_search() -> None:
    search_index().ping()


def search(request: SearchRequest) -> SearchResult:
    """One page of hits with facets, categories and attributes as they are called in the shopper's language.

    Raises SearchUnavailable.
    """
    language = get_language() or "en"
    result = search_index().search(replace(request, language=language, offered=spoken_facets.offered()))
    if not result.indexed:
        _refuse_if_there_is_a_shop()
    named = tuple(replace(value, label=_name(value.value) or value.label) for value in result.facets.categories)
    attributes = spoken_facets.in_words(result.facets.attributes, language)
    return replace(result, facets=replace(result.facets, categories=named, attributes=attributes))


def _refuse_if_there_is_a_shop() -> None:
    """Without an index nothing is found only where there is nothing."""
    if categories.current().categories:
        raise SearchUnavailable("The shop has no search index yet. It is being made.")


def search_moment() -> Hashable:
    """As long as this is the same, what was drawn of a search may be shown again. Raises SearchUnavailable.

    The index as it is, and the minute: what stands beside the hits, such as names of categories, is no older.
    """
    return search_index().state(), int(time.monotonic() // 60)


def category_facets(path: str) -> Facets | None:
    """What the products of a category and below it can be narrowed by; None while search is away, for a page stands
    without them.
    """
    try:
        return search(SearchRequest(category=path, page_size=1)).facets
    except SearchUnavailable:
        return None


def searched(request: SearchRequest, result: SearchResult, *, market: str) -> Searched:
    """What the search of this request found, for who counts searches."""
    chosen = {
        "category": request.category,
        "brand": request.brands,
        "price": request.min_price is not None or request.max_price is not None,
        "rating": request.rating is not None,
        "in_stock": request.in_stock,
        "attribute": request.attributes,
    }
    return Searched(
        text=request.text,
        market=market,
        results=result.total,
        facets=tuple(name for name, value in chosen.items() if value),
        page=result.page,
        engine_ms=spent_ms("search"),
    )


def suggest(text: str, *, limit: int = 8) -> list[Suggestion]:
    """What a shopper may be typing: categories, then products. Raises SearchUnavailable."""
    found = search_index().suggest(text, limit=limit)
    if found is None:
        _refuse_if_there_is_a_shop()
    return [replace(s, text=_suggested(s)) for s in found or []]


def _suggested(suggestion: Suggestion) -> str:
    """What a suggestion is called in the language of the page."""
    if suggestion.kind == "category":
        return _name(suggestion.path[3:-1]) or suggestion.text
    return suggestion.titles.get((get_language() or "en").partition("-")[0]) or suggestion.text


def related(product: Product, *, limit: int) -> list[ProductCard]:
    """Active products like this one, without itself. Never raises: a page stands without them."""
    return offers.related(product, limit=limit)


def category_counts() -> dict[str, int]:
    """How many active products stand in each category and below it, by path; a minute old at most. Never raises."""
    return offers.category_counts()


def _name(path: str) -> str:
    """A category's name in the language of the page; "" where the tree does not know it."""
    known = categories.current().by_path.get(path)
    return known.name_in(get_language() or "en") if known else ""


def list_for_staff(
    *,
    text: str = "",
    status: str = "",
    category: str = "",
    after: str | None = None,
    limit: int = 50,
    literally: bool = False,
) -> CardPage:
    """Products of any status, the last changed first; see `SearchIndex`. Raises SearchUnavailable and BadCursor."""
    return search_index().list_for_staff(
        text=text, status=status, category=category, after=after, limit=limit, literally=literally
    )


def products_with_code(code: str) -> list[Product]:
    """Products of any status that have this SKU or barcode. Raises CatalogUnavailable, SearchUnavailable."""
    return list(products_by_id(search_index().with_codes(codes_for(clean(code)))[:_SHARING]).values())


def variant_with_sku(sku: str) -> tuple[Product, Variant] | None:
    """The one that has this SKU, in whatever case; written just so before any other. Raises as `products_with_code`."""
    found = [(product, variant) for product in products_with_code(sku) for variant in product.variants]
    alike = [(product, variant) for product, variant in found if variant.sku.casefold() == sku.casefold()]
    return min(alike, key=lambda pair: pair[1].sku != sku, default=None)
