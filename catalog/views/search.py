"""Search, and the suggestions while one types."""

from dataclasses import replace
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from catalog import queries
from catalog.search.index import SearchRequest, SearchUnavailable, Suggestion
from catalog.search.memo import Memo
from catalog.views.public import NO_STORE, public_page
from catalog.views.search_links import (
    SearchLinks,
    active_filters,
    carried,
    category_links,
    major,
    pages_of,
    price_links,
)
from catalog.views.search_query import MAX_TEXT, SearchQuery, read_query
from shopcloud.lib.market import MarketRequest, markets

SUGGESTIONS = 7
RETRY_AFTER_SECONDS = 10
POPULAR = 4
# Some 100 KB each, in every process.
PAGES_KEPT = 128
_pages = Memo(PAGES_KEPT)


@public_page
def search(request: MarketRequest) -> HttpResponse:
    """The same for everyone, and drawn once for those who search alike, until the index changes or a minute is over."""
    query = read_query(request.GET, request.market)
    asked = (request.path, get_language(), query)
    try:
        return HttpResponse(_pages.recall(queries.search_moment(), asked, lambda: _page(request, query)))
    except SearchUnavailable:
        context = {"search_text": query.request.text}
        response = render(request, "catalog/search_unavailable.html", context, status=503)
        response["Retry-After"] = str(RETRY_AFTER_SECONDS)
        response["Cache-Control"] = NO_STORE
        return response


def _page(request: MarketRequest, query: SearchQuery) -> bytes:
    return render(request, "catalog/search.html", _results(request, query)).content


def _results(request: MarketRequest, query: SearchQuery) -> dict[str, Any]:
    wanted, market = query.request, request.market
    result = queries.search(wanted)
    if 0 < result.pages < wanted.page:
        # A link of when there were more: the last page, rather than none.
        wanted = replace(wanted, page=result.pages)
        result = queries.search(wanted)
    links = SearchLinks(wanted, market)
    return {
        "search_text": wanted.text,
        "wanted": wanted,
        "result": result,
        "searched": queries.searched(wanted, result, market=market.code).sealed(),
        "complaints": query.complaints,
        # The same search in another market; prices would be of another currency.
        "markets": [
            {"market": other, "url": SearchLinks(wanted, other).without("min_price", "max_price")}
            for other in markets().values()
        ],
        "chips": active_filters(links),
        "carried": carried(links, result.facets),
        "clear_url": links.url([("q", wanted.text)] if wanted.text else []),
        "categories": category_links(links, result.facets.categories),
        "prices": price_links(links, result.facets.prices),
        "tallest_price": max((value.count for value in result.facets.prices), default=0),
        "alternatives": [{"text": text, "url": links.url([("q", text)])} for text in result.alternatives],
        "popular": [] if result.total else queries.featured(POPULAR).cards,
        "min_price": "" if wanted.min_price is None else major(wanted.min_price, market.currency),
        "max_price": "" if wanted.max_price is None else major(wanted.max_price, market.currency),
        "sorts": _sorts(wanted),
        "pages": pages_of(links, result),
        "current_department": wanted.category.partition("/")[0],
    }


def _sorts(wanted: SearchRequest) -> list[dict[str, Any]]:
    labels = {
        "relevance": _("Best match"),
        "price": _("Price, low to high"),
        "-price": _("Price, high to low"),
        "rating": _("Best rated"),
        "newest": _("Newest"),
    }
    return [{"value": value, "label": label, "selected": value == wanted.sort} for value, label in labels.items()]


@public_page
def suggest(request: MarketRequest) -> HttpResponse:
    """Options for the search field; none while search is away, since typing goes on without them."""
    text = " ".join(request.GET.get("q", "").split())[:MAX_TEXT]
    try:
        found: list[Suggestion] | None = queries.suggest(text, limit=SUGGESTIONS) if text else []
    except SearchUnavailable:
        found = None
    response = render(request, "catalog/suggestions.html", {"suggestions": found or [], "text": text})
    if found is None:
        response["Cache-Control"] = NO_STORE
    return response
