"""A product's page and its reviews."""

from typing import Any

from django.core.exceptions import BadRequest
from django.http import Http404, HttpResponse, HttpResponseBase, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from catalog import product_types, queries
from catalog.domain import Freshness, Product, Status
from catalog.repository import BadCursor
from catalog.reviews import UnknownOrder, order_of
from catalog.views.category import crumbs
from catalog.views.choices import choices_of
from catalog.views.public import NO_STORE, public_page
from catalog.views.review_links import review_links
from catalog.views.structured_data import absolute, product_data
from media.delivery import file_url, image_url
from shopcloud.lib.market import MarketRequest

RELATED = 5
# Characters of a description that search engines show.
SHOWN_IN_RESULTS = 160
MAX_QUANTITY = 99


@public_page
def product(request: MarketRequest, slug: str, product_id: str) -> HttpResponseBase:
    stored = _find(product_id)
    found = stored.in_language(request.market.language)
    if found.status is Status.ARCHIVED:
        return _no_longer_sold(request, found)
    if found.slug != slug:
        return HttpResponsePermanentRedirect(request.market.path(found.path))
    response = render(request, "catalog/product.html", _context(request, found) | _beside(stored))
    if found.stale:
        response["Cache-Control"] = NO_STORE
    return response


@public_page
def reviews(request: MarketRequest, slug: str, product_id: str) -> HttpResponseBase:
    found = _find(product_id).in_language(request.market.language)
    if found.slug != slug or found.status is Status.ARCHIVED:
        return HttpResponsePermanentRedirect(request.market.path(found.path))
    try:
        order = order_of(request.GET)
        page = queries.reviews_of(product_id, cursor=request.GET.get("cursor") or None, order=order)
    except (BadCursor, UnknownOrder) as error:
        raise BadRequest(str(error)) from error
    path = request.market.path(f"{found.path}reviews/")
    links = review_links(path, order, page, follows=bool(request.GET.get("cursor")))
    context = {"product": found, "page": page, "links": links, **_place(request, found)}
    response = render(request, "catalog/reviews.html", context)
    if found.stale or page.stale:
        response["Cache-Control"] = NO_STORE
    return response


def _find(product_id: str) -> Product:
    """The product as shoppers may see it: drafts do not exist yet."""
    try:
        found = queries.product(product_id, freshness=Freshness.SHARED)
    except queries.ProductNotFound as error:
        raise Http404(str(error)) from error
    if found.status is Status.DRAFT:
        raise Http404(f"Product {product_id} is not published.")
    return found


def _context(request: MarketRequest, found: Product) -> dict[str, Any]:
    market = request.market
    told = product_types.option_in(found, market.language)
    chosen = choices_of(found, sku=request.GET.get("sku", ""), currency=market.currency, told=told)
    place = _place(request, found)
    paragraphs = [part.strip() for part in found.description.splitlines() if part.strip()]
    return {
        "product": found,
        "choices": chosen,
        "variant": chosen.variant,
        "image_index": chosen.image_index,
        "price": chosen.variant.price(market.currency),
        "paragraphs": paragraphs,
        "facts": product_types.facts(found, market.language),
        "meta_description": found.seo_description or Truncator("".join(paragraphs[:1])).chars(SHOWN_IN_RESULTS),
        "model_url": file_url(found.model.key) if found.model else "",
        "poster_url": image_url(found.images[0].key, 960) if found.images else "",
        "max_quantity": MAX_QUANTITY,
        "share_image": absolute(image_url(found.images[0].key, 960)) if found.images else "",
        "structured_data": product_data(found, market=market, crumbs=place["crumbs"]),
        **place,
    }


def _beside(stored: Product) -> dict[str, Any]:
    """What is like the product as it is kept: in every market the same."""
    return {"related": queries.related(stored, limit=RELATED)}


def _place(request: MarketRequest, found: Product) -> dict[str, Any]:
    trail = crumbs(queries.breadcrumbs(found.category), request.market)
    return {
        "crumbs": [*trail, {"label": found.title, "url": ""}],
        "home_category": trail[-1] if trail else None,
        "current_department": found.category.partition("/")[0],
    }


def _no_longer_sold(request: MarketRequest, found: Product) -> HttpResponse:
    trail = queries.breadcrumbs(found.category)
    context = {
        "title": _("%(title)s is no longer sold") % {"title": found.title},
        "category": trail[-1] if trail else None,
        "current_department": found.category.partition("/")[0],
    }
    return render(request, "errors/410.html", context, status=410)
