"""Checkout on one page: who, where, how; then the order, then its payment."""

from dataclasses import replace
from functools import partial
from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from accounts import queries as accounts
from accounts.domain import InvalidAddress
from orders import deals
from orders.access import remember_order
from orders.carts.cart import CartNotFound
from orders.carts.store import CartChanged
from orders.deals import customer_of
from orders.forms import ADDRESS_FIELDS, BUSINESS_FIELDS, CheckoutForm
from orders.gift_cards import GiftCardShort, share_out
from orders.models import Order
from orders.pricing.offers import PriceMissing, ProductGone
from orders.pricing.priced_cart import PricedCart, codes_of
from orders.pricing.promotions import Deals
from orders.pricing.quote import Quote, quote
from orders.pricing.shipping import CannotShip, UnknownShippingMethod
from orders.pricing.tax.vat_ids import InvalidBusiness
from orders.promotion_uses import UsedUp
from orders.services.destinations import destination_so_far
from orders.services.place_order import CartEmpty, CodeNotApplied, TotalChanged, place_order
from orders.stock import OutOfStock
from orders.views.cart import priced_cart_of
from orders.views.own_cart import cart_id_to_order
from orders.views.payment import pay
from shopcloud.lib import clock
from shopcloud.lib.market import MarketRequest
from shopcloud.lib.money import Money

# What only a look at the cart can solve.
_BACK_TO_CART = (CartEmpty, CartNotFound, OutOfStock, ProductGone, PriceMissing)
_ASK_AGAIN = (
    CartChanged,
    TotalChanged,
    CannotShip,
    UnknownShippingMethod,
    CodeNotApplied,
    UsedUp,
    GiftCardShort,
)


@never_cache
@require_http_methods(["GET", "POST"])
def checkout(request: HttpRequest) -> HttpResponse:
    """GET shows the form; POST makes the order and sends the buyer to pay. A repeated POST leads to the same order."""
    cart = priced_cart_of(request)
    if request.method == "POST" and "update" not in request.POST:
        return _place(request, cart)
    if cart is None or not cart.can_check_out:
        return redirect("cart")
    if request.method == "POST":
        return _page(request, cart, CheckoutForm(initial=request.POST.dict(), **_for(cart)))
    return _page(request, cart, CheckoutForm(initial=_known(request, cart), **_for(cart)))


@never_cache
@require_GET
def checkout_summary(request: HttpRequest) -> HttpResponse:
    """The sums and delivery methods for what the form says by now: an htmx fragment."""
    return summary(request, request.GET.dict())


def summary(request: HttpRequest, values: dict[str, str], *, problem: str = "") -> HttpResponse:
    """The fragment for `values` of the form; `problem` says why a code was refused."""
    cart = priced_cart_of(request)
    if cart is not None and cart.can_check_out:
        try:
            context = _context(request, cart, values) | {"code_problem": problem}
            return render(request, "orders/_summary_answer.html", context)
        except CannotShip as refusal:
            messages.error(request, str(refusal))
    response = HttpResponse()
    response["HX-Redirect"] = reverse("cart")
    return response


def _place(request: HttpRequest, cart: PricedCart | None) -> HttpResponse:
    market = cast(MarketRequest, request).market
    # A second click may come after the first emptied the cart: then the form alone still knows what was bought.
    physical = cart.is_physical if cart and cart.lines else "line1" in request.POST
    form = CheckoutForm(request.POST, market=market, physical=physical)
    if not form.is_valid():
        return _page(request, cart, form) if cart and cart.can_check_out else redirect("cart")
    try:
        order = place_order(
            cart_id=cart.cart.cart_id if cart else cart_id_to_order(request),
            market=market,
            email=form.cleaned_data["email"],
            address=form.address,
            shipping_method=form.cleaned_data["shipping_method"] or None,
            buyer=form.buyer,
            user=request.user if request.user.is_authenticated else None,
            now=clock.now(),
            cart_version=form.cleaned_data["cart_version"],
            seen_total=form.cleaned_data["seen_total"],
        )
    except _BACK_TO_CART as refusal:
        messages.error(request, str(refusal))
        return redirect("cart")
    except (*_ASK_AGAIN, InvalidAddress, InvalidBusiness) as refusal:
        form.add_error(None, str(refusal))
        # Read anew: the products may be others than those of the moment before.
        cart = priced_cart_of(request)
        return _page(request, cart, form) if cart and cart.can_check_out else redirect("cart")
    return _to_payment(request, order)


def _to_payment(request: HttpRequest, order: Order) -> HttpResponse:
    response = pay(request, order)
    if order.user_id is None:
        remember_order(request, response, number=order.number, token=order.access_token)
    return response


def _page(request: HttpRequest, cart: PricedCart, form: CheckoutForm) -> HttpResponse:
    values = form.data if form.is_bound else form.initial
    try:
        context = _context(request, cart, {name: str(value) for name, value in values.items()})
    except CannotShip as refusal:
        # Not for want of an address: this cart goes nowhere as a whole.
        messages.error(request, str(refusal))
        return redirect("cart")
    context["saved_addresses"] = _saved_addresses(request, cart)
    context["chosen_address"] = request.GET.get("address")
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "orders/checkout.html", {"form": form, **context}, status=status)


def _context(request: HttpRequest, cart: PricedCart, values: dict[str, str]) -> dict[str, Any]:
    sums, problem = _quote(cart, values, _deals(request, cart, values.get("email", "")))
    parts = share_out(cart.cards, sums.total.amount)
    covered = Money(sum(part.amount for part in parts), cart.market.currency)
    return {
        "cart": cart,
        "quote": sums,
        "codes": codes_of(cart.cart, sums.discounts),
        "gift_parts": parts,
        "due": sums.total - covered,
        "state_known": sums.destination.country != "US" or bool(sums.destination.region),
        "problem": problem,
    }


def _deals(request: HttpRequest, cart: PricedCart, email: str) -> Deals:
    """Read afresh: what is shown here is what the order will cost."""
    return deals.sell(cart.cart.codes, customer=customer_of(request.user.pk, email), now=clock.now())


def _quote(cart: PricedCart, values: dict[str, str], found: Deals) -> tuple[Quote, str]:
    """The sums for what was typed so far, and what is wrong with it; what cannot be used counts as not typed."""
    typed = {name: values.get(name, "") for name in ("country", "region", "postal_code", *BUSINESS_FIELDS)}
    to, problem = destination_so_far(typed, market=cart.market, physical=cart.is_physical)
    price = partial(quote, cart.offers, market=cart.market, on=clock.now().date(), deals=found)
    method = values.get("shipping_method") or None
    try:
        return price(destination=to, shipping_method=method), problem
    except UnknownShippingMethod:
        return price(destination=to, shipping_method=None), problem
    except CannotShip as refusal:
        return price(destination=replace(to, postal_code=""), shipping_method=None), str(refusal)


def _for(cart: PricedCart) -> dict[str, Any]:
    return {"market": cart.market, "physical": cart.is_physical}


def _known(request: HttpRequest, cart: PricedCart) -> dict[str, str]:
    """What a signed-in person need not type again: the email and the address chosen by `?address=`, or the default."""
    if not request.user.is_authenticated:
        return {}
    known = {"email": request.user.email}
    saved = _saved_addresses(request, cart)
    chosen = next((a for a in saved if str(a.pk) == request.GET.get("address")), saved[0] if saved else None)
    if chosen:
        postal = accounts.as_postal(chosen).as_dict()
        known |= {name: postal[name] for name in ADDRESS_FIELDS}
    return known


def _saved_addresses(request: HttpRequest, cart: PricedCart) -> list[Any]:
    """A signed-in person's addresses in the countries this market delivers to."""
    if not (request.user.is_authenticated and cart.is_physical):
        return []
    return [a for a in accounts.addresses_of(request.user) if str(a.country) in cart.market.countries]
