"""Often bought together: a part of public product pages, and the button that puts all of it into the cart."""

from typing import cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from catalog import queries as catalog
from catalog.domain import Freshness
from orders.bundle import MOST, bundle_of
from orders.carts.cookie import remember_cart
from orders.services.add_bundle import AddedBundle, add_bundle
from orders.views.own_cart import caller_of, cart_id_to_fill
from shopcloud.lib import clock, residency
from shopcloud.lib.market import MarketRequest

# As of the page it is a part of: the same for everyone, and kept whole.
CACHE_CONTROL = "public, max-age=0, s-maxage=60, stale-while-revalidate=300"


@require_safe
@residency.here()
def together(request: MarketRequest, slug: str, product_id: str) -> HttpResponse:
    """What goes with a product; empty where nothing does."""
    try:
        product = catalog.product(product_id, freshness=Freshness.SHARED)
    except catalog.ProductNotFound as error:
        raise Http404(str(error)) from error
    if product.slug != slug or not product.is_active:
        raise Http404(f"Product {product_id} is not sold under this name.")
    bundle = bundle_of(product, market=request.market)
    response = render(request, "orders/_together.html", {"bundle": bundle})
    stale = bundle.stale if bundle else product.stale
    response["Cache-Control"] = "no-store" if stale else CACHE_CONTROL
    response["X-Robots-Tag"] = "noindex"
    return response


@require_POST
@never_cache
def cart_bundle(request: HttpRequest) -> HttpResponse:
    """Put every `item` ("product_id:sku") into the cart."""
    items = [(item.partition(":")[0], item.partition(":")[2]) for item in request.POST.getlist("item")[: MOST + 1]]
    added = add_bundle(
        cart_id=cart_id_to_fill(request),
        items=items,
        market=cast(MarketRequest, request).market,
        now=clock.now(),
        caller=caller_of(request),
    )
    response = _answer(request, added)
    if added.cart:
        remember_cart(response, added.cart.cart_id)
    return response


def _answer(request: HttpRequest, added: AddedBundle) -> HttpResponse:
    if request.headers.get("HX-Request"):
        response = render(request, "orders/_bundle_added.html", {"added": added})
        response["HX-Trigger"] = "cart-changed"
        return response
    if added.count:
        told = ngettext("%(count)d product is in your cart.", "%(count)d products are in your cart.", added.count)
        messages.success(request, told % {"count": added.count})
    for reason in added.refused:
        messages.error(request, reason)
    return redirect("cart")
