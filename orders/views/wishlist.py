"""The wishlist's page, and the fragments that change a wishlist from anywhere in the shop."""

import json
from dataclasses import replace
from typing import Any, cast
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from orders.carts.cart import CartNotFound
from orders.carts.cookie import remember_cart
from orders.queries import BadCursor
from orders.services import carts, wishlist
from orders.views.cart import REFUSALS, add_to_cart, changed_cart
from orders.views.own_cart import caller_of, current_cart
from orders.views.wish_holder import holder_of, holder_to_fill, join_wishes, keep_holder
from orders.wishes import person
from orders.wishes.shown import PAGE_SIZE, WishPage, page_of
from orders.wishes.wish import Holder, Wish, WishlistFull
from shopcloud.lib import clock
from shopcloud.lib.market import MarketRequest


@require_GET
@never_cache
def wishes(request: HttpRequest) -> HttpResponse:
    """The list; what a guest saved before signing in is on it even where signing in could not bring it."""
    response = join_wishes(request, HttpResponse())
    page = render(request, "orders/wishlist.html", _context(request, receipt=request.GET.get("removed", "")))
    page.cookies.update(response.cookies)
    return page


@require_POST
@never_cache
def wish(request: HttpRequest, product_id: str) -> HttpResponse:
    """Save a product (`sku` where one is chosen); the button named `remove` takes it off and offers to undo that."""
    if "remove" in request.POST:
        holder = holder_of(request)
        return _changed(request, holder, removed=wishlist.remove_wish(holder=holder, product_id=product_id))
    holder = holder_to_fill(request)
    try:
        _add(request, holder, product_id, request.POST.get("sku", ""))
    except (WishlistFull, carts.NotForSale) as refusal:
        return _refused(request, refusal)
    return keep_holder(request, _changed(request, holder, added=product_id), holder)


@require_POST
@never_cache
def removed_wish(request: HttpRequest) -> HttpResponse:
    """Bring back what was removed, as it was."""
    holder = holder_to_fill(request)
    try:
        wishlist.put_back(holder=holder, receipt=request.POST.get("receipt", ""))
    except (WishlistFull, carts.NotForSale) as refusal:
        return _refused(request, refusal)
    return keep_holder(request, _changed(request, holder), holder)


@require_POST
@never_cache
def wish_to_cart(request: HttpRequest, product_id: str) -> HttpResponse:
    """Put a wish into the cart and take it off the list."""
    holder = holder_of(request)
    try:
        added = add_to_cart(request, product_id, request.POST.get("sku", ""), 1)
    except REFUSALS as refusal:
        return _refused(request, refusal)
    wishlist.remove_wish(holder=holder, product_id=product_id)
    messages.success(request, _("%(title)s is in your cart.") % {"title": added.line.title})
    response = _changed(request, holder)
    remember_cart(response, added.cart.cart_id)
    return response


@require_POST
@never_cache
def cart_line_to_wishes(request: HttpRequest, sku: str) -> HttpResponse:
    """Take a line, or what is saved for later, out of the cart and onto the wishlist."""
    found, holder = current_cart(request), holder_to_fill(request)
    lines = [] if found is None else [line for line in (*found.lines, *found.saved) if line.sku == sku]
    try:
        if found is None or not lines:
            raise CartNotFound
        _add(request, holder, lines[0].product_id, sku)
        drop = carts.remove_line if found.line(sku) else carts.forget_saved
        found = drop(cart_id=found.cart_id, sku=sku, now=clock.now(), caller=caller_of(request))
        messages.success(request, _("Moved to your wishlist."))
    except CartNotFound:
        messages.info(request, _("Your cart has expired."))
    except (WishlistFull, carts.NotForSale) as refusal:
        messages.error(request, str(refusal))
    return keep_holder(request, changed_cart(request, found), holder)


@require_POST
@never_cache
def wishlist_link(request: HttpRequest) -> HttpResponse:
    """Make the link that shows the list to others; the button named `remove` makes it lead nowhere."""
    user_id = caller_of(request).user_id
    if user_id is None:
        return redirect(f"{reverse('account_login')}?next={reverse('wishlist')}")
    if "remove" in request.POST:
        person.stop_sharing(user_id)
        messages.success(request, _("The link leads nowhere now."))
    else:
        person.share(user_id)
    return _changed(request, Holder(user_id))


@require_GET
@never_cache
def shared_wishlist(request: HttpRequest, token: str) -> HttpResponse:
    """Somebody's list, to look at."""
    found = person.shared(token)
    if found is None:
        raise Http404("There is no such list.")
    response = render(request, "orders/wishlist_shared.html", {"page": _page(request, found)})
    # The address is the permission: it goes neither into an index nor to another site.
    response["X-Robots-Tag"] = "noindex"
    response["Referrer-Policy"] = "no-referrer"
    return response


def _add(request: HttpRequest, holder: Holder, product_id: str, sku: str) -> None:
    market = cast(MarketRequest, request).market
    wishlist.add_wish(holder=holder, product_id=product_id, sku=sku, market=market, now=clock.now())


def _context(request: HttpRequest, *, receipt: str = "", holder: Holder | None = None) -> dict[str, Any]:
    holder = holder or holder_of(request)
    token = person.share_token(holder.user_id) if holder.user_id is not None else None
    return {
        "page": _page(request, wishlist.wishes_of(holder)),
        "cursor": _cursor(request),
        "receipt": receipt,
        "signed_in": holder.user_id is not None,
        "share_url": request.build_absolute_uri(reverse("wishlist-shared", args=[token])) if token else "",
    }


def _cursor(request: HttpRequest) -> str:
    """Of the page that is shown, or that a form of it was sent from."""
    return request.POST.get("cursor") or request.GET.get("cursor", "")


def _page(request: HttpRequest, found: list[Wish]) -> WishPage:
    market = cast(MarketRequest, request).market
    try:
        page = page_of(found, market=market, cursor=_cursor(request))
    except BadCursor as error:
        raise BadRequest(str(error)) from error
    if page.wishes or not found:
        return page
    # The last of its wishes was taken off: the page before it.
    return replace(page_of(found[-PAGE_SIZE:], market=market), total=len(found))


def _changed(request: HttpRequest, holder: Holder, *, added: str = "", removed: Wish | None = None) -> HttpResponse:
    """The list redrawn, or a word about it elsewhere in the shop, or the way to its page where no scripts run."""
    receipt = wishlist.receipt_of(removed) if removed else ""
    if not request.headers.get("HX-Request"):
        told = {"removed": receipt, "cursor": _cursor(request)}
        query = urlencode({name: value for name, value in told.items() if value})
        return redirect(f"{reverse('wishlist')}?{query}" if query else "wishlist")
    if request.headers.get("HX-Target") == "wishlist":
        response = render(request, "orders/_wishlist.html", _context(request, receipt=receipt, holder=holder))
    else:
        response = render(request, "orders/_wished.html", {"added": added})
    changed = {"product": added or (removed.product_id if removed else ""), "held": bool(added)}
    response["HX-Trigger"] = json.dumps({"wishlist-changed": changed})
    return response


def _refused(request: HttpRequest, refusal: Exception) -> HttpResponse:
    if not request.headers.get("HX-Request"):
        messages.error(request, str(refusal))
        return redirect("wishlist")
    status = 404 if isinstance(refusal, carts.UnknownItem) else 409
    response = render(request, "orders/_refused.html", {"reason": str(refusal)}, status=status)
    response["X-Fragment"] = "1"
    response["HX-Retarget"] = "#toasts"
    response["HX-Reswap"] = "innerHTML"
    return response
