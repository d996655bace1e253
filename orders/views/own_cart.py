"""Which cart a browser's shopper uses: a guest the one of the cookie, a signed-in person their own on every device."""

from typing import Any, cast

from django.contrib import messages
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse

from orders.carts import mirror
from orders.carts.cart import Caller, Cart, CartNotFound
from orders.carts.cookie import cart_id_of, remember_cart
from orders.carts.store import read
from orders.services import own_cart
from shopcloud.lib import clock
from shopcloud.lib.market import MarketRequest


def caller_of(request: HttpRequest) -> Caller:
    """Who asks, for a cart that the browser's cookie names. While PostgreSQL is away, everybody is a guest."""
    try:
        user_id = request.user.pk if request.user.is_authenticated else None
    except (OperationalError, InterfaceError):
        user_id = None
    return Caller(user_id=user_id, by_cookie=True)


def current_cart(request: HttpRequest) -> Cart | None:
    """The shopper's cart; None without one. A guest's cart of a browser that signed in becomes the person's."""
    cart_id, caller = cart_id_of(request), caller_of(request)
    found = _read(cart_id)
    if caller.user_id is None:
        return found  # by cookie: also the cart of a person whose session ended
    if found and found.owner == caller.user_id:
        return found
    if found is None and mirror.cart_id_of_person(caller.user_id) is None:
        return None
    return join(request, user=request.user, cart_id=cart_id)


def cart_id_to_fill(request: HttpRequest) -> str | None:
    """The id of the cart that something is put into; None where a guest has none yet. Guests cost no round trip."""
    if caller_of(request).user_id is None:
        return cart_id_of(request)
    found = current_cart(request) or join(request, user=request.user, cart_id=None)
    return found.cart_id


def cart_id_to_order(request: HttpRequest) -> str:
    """The id in the cookie, also of a cart that is no longer there; empty for another person's cart."""
    cart_id = cart_id_of(request) or ""
    found = _read(cart_id)
    return cart_id if found is None or caller_of(request).may_use(found.owner) else ""


def join(request: HttpRequest, *, user: Any, cart_id: str | None) -> Cart:
    """Make the person's cart the browser's, with what the guest's held; `keep_cart` then sets the cookie."""
    market = cast(MarketRequest, request).market
    joined = own_cart.take_over(source_id=cart_id, user_id=user.pk, market=market, now=clock.now())
    if joined.note:
        messages.info(request, joined.note)
    return joined.cart


def keep_cart(request: HttpRequest, response: HttpResponse, cart: Cart | None) -> HttpResponse:
    """The response, which remembers the cart where the browser does not know it yet."""
    if cart is not None and cart.cart_id != cart_id_of(request):
        remember_cart(response, cart.cart_id)
    return response


def _read(cart_id: str | None) -> Cart | None:
    if not cart_id:
        return None
    try:
        return read(cart_id)
    except CartNotFound:
        return None
