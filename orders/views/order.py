"""An order's page, for its owner or a guest who holds its token; for everybody else it does not exist."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import AbstractBaseUser
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from orders import queries
from orders.access import remember_order, token_for
from orders.models import Order, Payment
from orders.services.cancel_order import CancelReason, CannotCancel, cancel_order
from orders.views.payment import pay
from shopcloud.lib import clock

_SUMS = ("subtotal", "discount", "shipping", "tax", "total")


@never_cache
@require_GET
def order(request: HttpRequest, number: str) -> HttpResponse:
    """The order's page. `?key=<token>` opens it in this browser and then leaves the address bar."""
    key = request.GET.get("key")
    if key:
        found = _order(request, number, key)
        response = redirect(found)
        remember_order(request, response, number=found.number, token=found.access_token)
        return response
    found = _order(request, number)
    payment = _newest_payment(found)
    context = {
        "order": found,
        "payment": payment,
        "lines": found.lines.all(),
        "can_cancel": found.status in (Order.Status.AWAITING_PAYMENT, Order.Status.PAID),
        "sums": {
            name: found.money(getattr(found, name)) for name in ("subtotal", "discount", "shipping", "tax", "total")
        },
        "documents": queries.documents_of(found),
        "now": clock.now(),
        "is_waiting": found.status == Order.Status.AWAITING_PAYMENT and payment is not None and payment.is_open,
    }
    return render(request, "orders/order.html", context)


@never_cache
@require_POST
def order_payment(request: HttpRequest, number: str) -> HttpResponse:
    """Pay again."""
    return pay(request, _order(request, number))


@never_cache
@require_POST
def order_cancellation(request: HttpRequest, number: str) -> HttpResponse:
    """Call the order off."""
    found = _order(request, number)
    author = request.user if request.user.is_authenticated else None
    try:
        cancel_order(order=found, reason=CancelReason.BY_BUYER, now=clock.now(), author=author)
    except CannotCancel as refusal:
        messages.error(request, str(refusal))
    return redirect(found)


@login_required
@never_cache
@require_GET
def order_history(request: HttpRequest) -> HttpResponse:
    """A person's orders, newest first."""
    try:
        page = queries.orders_of(cast(AbstractBaseUser, request.user), cursor=request.GET.get("cursor"))
    except queries.BadCursor as error:
        raise Http404(str(error)) from None
    return render(request, "orders/history.html", {"page": page})


def _order(request: HttpRequest, number: str, token: str | None = None) -> Order:
    user = request.user if request.user.is_authenticated else None
    try:
        return queries.order_for(number=number, user=user, token=token or token_for(request, number))
    except queries.OrderNotFound:
        raise Http404(number) from None


def _newest_payment(found: Order) -> Payment | None:
    return next(iter(found.payments.all()), None)
