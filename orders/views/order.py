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
from orders.payments.gateway import offered
from orders.returns import returnable
from orders.reviewing import with_reviews
from orders.services.cancel_order import CancelReason, CannotCancel, cancel_order
from orders.views.payment import pay
from shopcloud.lib import clock

_SUMS = ("subtotal", "discount", "shipping", "tax", "total", "gift_card", "due")


@never_cache
@require_GET
def order(request: HttpRequest, number: str) -> HttpResponse:
    """The order's page. `?key=<token>` opens it in this browser and then leaves the address bar."""
    key = request.GET.get("key")
    if key:
        found = order_or_404(request, number, key)
        response = redirect(found)
        remember_order(request, response, number=found.number, token=found.access_token)
        return response
    found = order_or_404(request, number)
    payment, now = _newest_payment(found), clock.now()
    context = {
        "order": found,
        "payment": payment,
        "lines": with_reviews(found),
        "can_cancel": found.can_be_called_off,
        "sums": {name: found.money(getattr(found, name)) for name in _SUMS},
        "documents": queries.documents_of(found),
        "refunds": found.refunds_shown,
        "can_return": found.has_sent and any(one.left for one in returnable(found, now=now)),
        "gateways": offered(),
        "now": now,
        "is_waiting": found.status == Order.Status.AWAITING_PAYMENT and payment is not None and payment.is_open,
    }
    return render(request, "orders/order.html", context)


@never_cache
@require_POST
def order_payment(request: HttpRequest, number: str) -> HttpResponse:
    """Pay again, or another way."""
    return pay(request, order_or_404(request, number), via=request.POST.get("gateway") or None)


@never_cache
@require_POST
def order_cancellation(request: HttpRequest, number: str) -> HttpResponse:
    """Call the order off."""
    found = order_or_404(request, number)
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


def order_or_404(request: HttpRequest, number: str, token: str | None = None) -> Order:
    """The order for its owner, or for a browser that holds its token; for everybody else it does not exist."""
    user = request.user if request.user.is_authenticated else None
    try:
        return queries.order_for(number=number, user=user, token=token or token_for(request, number))
    except queries.OrderNotFound:
        raise Http404(number) from None


def _newest_payment(found: Order) -> Payment | None:
    return next(iter(found.payments.all()), None)
