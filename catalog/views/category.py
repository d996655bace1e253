"""A category's page: where it stands in the tree, what is below it, and its products, a page at a time."""

from typing import Any

from django.core.exceptions import BadRequest
from django.http import Http404, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import redirect, render

from catalog import queries
from catalog.domain import Category
from catalog.repository import BadCursor
from catalog.views.public import NO_STORE, public_page
from catalog.views.search_links import narrowing_links
from shopcloud.lib.market import Market, MarketRequest

Crumb = dict[str, str]


@public_page
def category(request: MarketRequest, path: str) -> HttpResponse:
    cursor = request.GET.get("cursor")
    try:
        found = queries.category(path)
        page = queries.category_page(path, cursor=cursor)
    except queries.CategoryNotFound as error:
        return _where_it_went(request, path, error)
    except BadCursor as error:
        raise BadRequest(str(error)) from error
    if cursor and not page.cards:
        return _to_its_beginning(request)
    facets = [] if page.previous else narrowing_links(path, request.market)
    context = {
        "category": found,
        "title": found.seo_title_in(request.market.language),
        "intro": found.description_in(request.market.language),
        "summary": found.seo_description_in(request.market.language),
        "children": _counted(queries.children(path)),
        "crumbs": crumbs(queries.breadcrumbs(path), request.market, last_is_page=True),
        "facets": facets,
        "page": page,
        "current_department": path.partition("/")[0],
    }
    response = render(request, "catalog/category.html", context)
    if page.stale or facets is None:
        response["Cache-Control"] = NO_STORE
    return response


def _to_its_beginning(request: MarketRequest) -> HttpResponse:
    """For a link to behind the last product: others may have gone since, but the shelf is not empty for that."""
    more = request.headers.get("HX-Request")
    response = HttpResponse(headers={"HX-Redirect": request.path}) if more else redirect(request.path)
    response["Cache-Control"] = NO_STORE
    return response


def _where_it_went(request: MarketRequest, path: str, error: queries.CategoryNotFound) -> HttpResponse:
    """A category that moved leads to its new place, however often it moved. Raises Http404 for one that never was."""
    target = queries.moved_category(path)
    if target is None:
        raise Http404(str(error)) from error
    kept = request.GET.copy()
    # A cursor belongs to the listing it came from.
    kept.pop("cursor", None)
    query = f"?{kept.urlencode()}" if kept else ""
    return HttpResponsePermanentRedirect(request.market.path(f"/c/{target}/") + query)


def _counted(children: list[Category]) -> list[dict[str, Any]]:
    """The categories with the number of their products, None while that is not known."""
    counts = queries.category_counts() if children else {}
    return [{"category": child, "count": counts.get(child.path)} for child in children]


def crumbs(trail: list[Category], market: Market, *, last_is_page: bool = False) -> list[Crumb]:
    """The way to a category as labels and URLs; the page itself has no URL."""
    found = [{"label": step.name_in(market.language), "url": market.path(f"/c/{step.path}/")} for step in trail]
    if found and last_is_page:
        found[-1]["url"] = ""
    return found
