"""The pages of collections: the list of them, and each with its products."""

from django.core.exceptions import BadRequest
from django.http import Http404, HttpResponse, HttpResponseBase, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from catalog import curated
from catalog.repository import BadCursor
from catalog.search.index import SearchUnavailable
from catalog.views.public import NO_STORE, public_page
from catalog.views.search import RETRY_AFTER_SECONDS
from catalog.views.structured_data import absolute
from media.delivery import image_url
from shopcloud.lib import clock
from shopcloud.lib.market import MarketRequest

# Characters of an introduction that search engines show.
SHOWN_IN_RESULTS = 160


@public_page
def collections(request: MarketRequest) -> HttpResponse:
    try:
        page = curated.list_collections(now=clock.now(), cursor=request.GET.get("cursor"))
    except BadCursor as error:
        raise BadRequest(str(error)) from error
    crumbs = [{"label": _("Collections"), "url": ""}]
    return render(request, "catalog/collections.html", {"page": page, "crumbs": crumbs})


@public_page
def collection(request: MarketRequest, slug: str) -> HttpResponseBase:
    cursor = request.GET.get("cursor")
    try:
        found = curated.collection(slug, now=clock.now())
        page = curated.products_of(found, cursor=cursor)
    except curated.CollectionMoved as moved:
        return HttpResponsePermanentRedirect(request.market.path(f"/collections/{moved.slug}/"))
    except curated.CollectionNotFound as error:
        raise Http404(str(error)) from error
    except BadCursor as error:
        raise BadRequest(str(error)) from error
    except SearchUnavailable:
        return _without_products(request, found)
    if cursor and not page.cards:
        raise Http404(f"Collection {slug} ends before this page.")
    response = render(request, "catalog/collection.html", {**_context(request, found), "page": page})
    if page.stale:
        response["Cache-Control"] = NO_STORE
    return response


def _context(request: MarketRequest, found: curated.Shown) -> dict[str, object]:
    title, intro = found.title_in(request.market.language), found.intro_in(request.market.language)
    summary = found.seo_description_in(request.market.language)
    trail = {"label": _("Collections"), "url": request.market.path("/collections/")}
    return {
        "collection": found,
        "title": title,
        "seo_title": found.seo_title_in(request.market.language),
        "intro": intro,
        "description": summary if summary != intro else Truncator(" ".join(intro.split())).chars(SHOWN_IN_RESULTS),
        "share_image": absolute(image_url(found.image.key, 960)) if found.image else "",
        "crumbs": [trail, {"label": title, "url": ""}],
    }


def _without_products(request: MarketRequest, found: curated.Shown) -> HttpResponse:
    """What a rule finds is not known while search is away."""
    response = render(request, "catalog/collection.html", {**_context(request, found), "is_away": True}, status=503)
    response["Retry-After"] = str(RETRY_AFTER_SECONDS)
    response["Cache-Control"] = NO_STORE
    return response
