"""Coupons and gift cards: one field for both, in the cart and at checkout."""

from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from orders.carts.cart import CartNotFound
from orders.carts.store import TooManyCodes
from orders.deals import customer_of
from orders.services import cart_codes
from orders.views.cart import priced_cart_of
from orders.views.checkout import summary
from orders.views.own_cart import caller_of, current_cart
from shopcloud.lib import clock, redis, throttle
from shopcloud.lib.market import MarketRequest

TRIES, SECONDS = 20, 60
REFUSALS = (cart_codes.CodeRefused, cart_codes.GiftCardRefused, TooManyCodes)


class TooManyTries(Exception):
    """Somebody is guessing."""

    def __str__(self) -> str:
        return _("Too many codes in a short time. Try again in a minute.")


@require_POST
@never_cache
def codes(request: HttpRequest) -> HttpResponse:
    """Use the code in `code`, or take the one named by `remove` out; then back to where it was entered."""
    problem = ""
    try:
        _change(request)
    except CartNotFound:
        messages.info(request, _("Your cart has expired."))
    except (*REFUSALS, TooManyTries) as refusal:
        problem = str(refusal)
    target = request.headers.get("HX-Target")
    if target == "summary":
        return summary(request, request.POST.dict(), problem=problem)
    if target == "cart":
        return render(request, "orders/_cart.html", {"cart": priced_cart_of(request), "code_problem": problem})
    if problem:
        messages.error(request, problem)
    return redirect("checkout" if request.POST.get("next") == "checkout" else "cart")


def _change(request: HttpRequest) -> None:
    found, caller, now = current_cart(request), caller_of(request), clock.now()
    if found is None:
        raise CartNotFound
    if request.POST.get("remove"):
        cart_codes.remove_code(cart_id=found.cart_id, code=request.POST["remove"][:64], now=now, caller=caller)
        return
    code = request.POST.get("code", "").replace("\x00", "").strip()[:64]
    if not code:
        return
    if not _may_try(request):
        raise TooManyTries
    cart_codes.add_code(
        cart_id=found.cart_id,
        code=code,
        market=cast(MarketRequest, request).market,
        customer=customer_of(caller.user_id, request.POST.get("email", "")),
        now=now,
        caller=caller,
    )


def _may_try(request: HttpRequest) -> bool:
    try:
        return throttle.within(f"codes:{throttle.client_of(request)}", most=TRIES, seconds=SECONDS)
    except redis.Unavailable:
        # Without Redis there is no cart either.
        return True
