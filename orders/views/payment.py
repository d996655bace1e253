"""Sending a buyer to pay, from checkout and again from the order page."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from orders.models import Order
from orders.payments.returning import return_path
from orders.services.pay_order import NotOffered, NotPayable, start_payment
from shopcloud.lib import clock


def pay(request: HttpRequest, order: Order, *, via: str | None = None) -> HttpResponse:
    """To the provider's page, of the gateway `via` if one was chosen; to the order page where there is nothing to do
    there, or the provider is away."""
    page = order.get_absolute_url()
    back = request.build_absolute_uri(return_path(order.number))
    try:
        payment = start_payment(order=order, return_url=back, now=clock.now(), via=via)
    except NotOffered as refusal:
        messages.error(request, str(refusal))
        return redirect(page)
    except NotPayable as refusal:
        # A repeated checkout of a paid order needs no message: its page says so.
        if order.status == Order.Status.CANCELLED:
            messages.error(request, str(refusal))
        return redirect(page)
    return redirect(payment.redirect_url or page)
