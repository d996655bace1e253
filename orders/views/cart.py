"""The cart page, and the fragments that change a cart from anywhere in the shop."""

from functools import partial
from typing import cast
from urllib.parse import urlencode

from django.contrib import messages
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts.queries import unread_count
from catalog.domain import PRODUCT_ID, SKU
from orders import queries
from orders.carts.cart import MAX_QUANTITY, Cart, CartLine, CartNotFound
from orders.carts.cookie import cart_id_of, remember_cart
from orders.carts.store import BadQuantity, CartFull
from orders.deals import customer_of
from orders.pricing.priced_cart import PricedCart
from orders.services import carts
from orders.views.own_cart import caller_of, cart_id_to_fill, current_cart, keep_cart
from orders.views.wish_holder import wished_by
from shopcloud.lib import clock
from shopcloud.lib.market import MarketRequest

REFUSALS = (BadQuantity, CartFull, carts.NotForSale)
_QUANTITIES = frozenset(str(n) for n in range(1, MAX_QUANTITY + 1))


@require_GET
@never_cache
def cart(request: HttpRequest) -> HttpResponse:
    """The cart page; a cart that expired is an empty one."""
    found = current_cart(request)
    context = {
        "cart": _priced(request, found),
        "removed": _removed(request),
        "offer_sign_in": caller_of(request).user_id is None,
    }
    response = render(request, "orders/cart.html", context)
    return keep_cart(request, response, found)


@require_GET
@never_cache
def cart_badge(request: HttpRequest) -> HttpResponse:
    """What is in the cart and on the wishlist, and whether somebody is signed in: the personal part of public pages."""
    count = 0
    cart_id = cart_id_of(request)
    if cart_id:
        try:
            count = queries.cart(cart_id, caller=caller_of(request)).count
        except CartNotFound:
            count = 0
    person = caller_of(request).user_id
    context = {
        "cart_count": count,
        "signed_in": person is not None,
        "unread": _unread(person),
        "wished": wished_by(request),
    }
    return render(request, "components/header_actions.html", context)


def _unread(person: int | None) -> int:
    """How many notifications the person has not seen; none while PostgreSQL is away: the header stands without."""
    try:
        return unread_count(person) if person is not None else 0
    except DatabaseError:
        return 0


@require_POST
@never_cache
def cart_lines(request: HttpRequest) -> HttpResponse:
    """Put a SKU into the cart (`product_id`, `sku`, `quantity`), making the cart with the first one."""
    product_id, sku = request.POST.get("product_id", ""), request.POST.get("sku", "")
    try:
        added = add_to_cart(request, product_id, sku, quantity_of(request, default="1"))
    except REFUSALS as refusal:
        return _refused(request, refusal)
    response = _added(request, added)
    remember_cart(response, added.cart.cart_id)
    return response


@require_POST
@never_cache
def cart_line(request: HttpRequest, sku: str) -> HttpResponse:
    """Set a line's `quantity`; 0, or the button named `remove`, takes it out and offers to undo that."""
    removed = None
    found = current_cart(request)
    try:
        quantity = 0 if "remove" in request.POST else quantity_of(request)
        if found is None:
            raise CartNotFound
        line = found.line(sku)
        if line is not None:
            found = carts.set_line(
                cart_id=found.cart_id,
                product_id=line.product_id,
                sku=sku,
                quantity=quantity,
                now=clock.now(),
                market=cast(MarketRequest, request).market,
                caller=caller_of(request),
            )
            removed = line if quantity == 0 else None
    except CartNotFound:
        messages.info(request, _("Your cart has expired."))
    except REFUSALS as refusal:
        messages.error(request, str(refusal))
    return changed_cart(request, found, removed=removed)


def changed_cart(request: HttpRequest, found: Cart | None, *, removed: CartLine | None = None) -> HttpResponse:
    """The cart redrawn, or the way to its page where no scripts run."""
    if not request.headers.get("HX-Request"):
        response: HttpResponse = redirect(f"{reverse('cart')}?{_undo(removed)}" if removed else "cart")
    else:
        response = render(request, "orders/_cart.html", {"cart": _priced(request, found), "removed": removed})
        response["HX-Trigger"] = "cart-changed"
    return keep_cart(request, response, found)


def _undo(removed: CartLine) -> str:
    """The removed line as a query, so that the page after the redirect can offer to put it back."""
    return urlencode({"removed": removed.sku, "product": removed.product_id, "quantity": removed.quantity})


def _removed(request: HttpRequest) -> CartLine | None:
    sku, product_id = request.GET.get("removed", ""), request.GET.get("product", "")
    quantity = request.GET.get("quantity", "")
    if not (SKU.fullmatch(sku) and PRODUCT_ID.fullmatch(product_id) and quantity in _QUANTITIES):
        return None
    return CartLine(sku, product_id, int(quantity))


def priced_cart_of(request: HttpRequest) -> PricedCart | None:
    """The browser's cart at today's prices; None without one."""
    return _priced(request, current_cart(request))


def _priced(request: HttpRequest, found: Cart | None) -> PricedCart | None:
    if found is None:
        return None
    return queries.price(
        found,
        market=cast(MarketRequest, request).market,
        now=clock.now(),
        customer=customer_of(caller_of(request).user_id),
    )


def quantity_of(request: HttpRequest, default: str = "") -> int:
    """The form's quantity. Raises BadQuantity for anything but a short whole number."""
    text = request.POST.get("quantity", default).strip()
    if not (text.isascii() and text.isdigit() and len(text) <= 6):
        raise BadQuantity(text[:20])
    return int(text)


def add_to_cart(request: HttpRequest, product_id: str, sku: str, quantity: int) -> carts.Added:
    """Into the shopper's cart, which is made where there is none. Raises as `carts.add_line`."""
    put = partial(
        carts.add_line,
        product_id=product_id,
        sku=sku,
        quantity=quantity,
        now=clock.now(),
        market=cast(MarketRequest, request).market,
        caller=caller_of(request),
    )
    try:
        return put(cart_id=cart_id_to_fill(request))
    except CartNotFound:
        return put(cart_id=None)


def _added(request: HttpRequest, added: carts.Added) -> HttpResponse:
    if not request.headers.get("HX-Request"):
        return redirect("cart")
    if request.headers.get("HX-Target") == "cart":
        market = cast(MarketRequest, request).market
        customer = customer_of(caller_of(request).user_id)
        priced = queries.price(added.cart, market=market, now=clock.now(), customer=customer)
        response = render(request, "orders/_cart.html", {"cart": priced})
    else:
        context = {"line": added.line, "cart_count": added.cart.count}
        response = render(request, "orders/_added.html", context)
    response["HX-Trigger"] = "cart-changed"
    return response


def _refused(request: HttpRequest, refusal: Exception) -> HttpResponse:
    if not request.headers.get("HX-Request"):
        messages.error(request, str(refusal))
        return redirect("cart")
    response = render(request, "orders/_refused.html", {"reason": str(refusal)}, status=_status(refusal))
    response["X-Fragment"] = "1"
    return response


def _status(refusal: Exception) -> int:
    return 404 if isinstance(refusal, carts.UnknownItem) else 409 if isinstance(refusal, carts.NotForSale) else 400
