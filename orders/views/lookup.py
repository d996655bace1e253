"""A guest's way back to an order: its number and email bring the link to the order's own mailbox."""

from http import HTTPStatus

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from orders import queries
from orders.access import token_for
from orders.models import Order
from orders.services.look_up_order import TooManyLookups, look_up_order, spelled
from shopcloud.lib.throttle import client_of


class LookupForm(forms.Form):
    number = forms.CharField(
        label=_("Order number"),
        max_length=40,
        help_text=_("It stands in our mails and on the parcel, like SC-7K3F92QX."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )
    email = forms.EmailField(
        label=_("Email"),
        max_length=254,
        help_text=_("The address you gave when you ordered."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )


@never_cache
@require_http_methods(["GET", "POST"])
def lookup(request: HttpRequest) -> HttpResponse:
    """GET asks for number and email. POST answers the same, whether there is such an order or not.

    A browser that may open the order anyway, by its owner's sign-in or by its cookie, goes there at once.
    """
    form = LookupForm(request.POST or None)
    if request.method == "GET" or not form.is_valid():
        return _page(request, form, HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK)
    known = _open_already(request, form.cleaned_data["number"])
    if known is not None:
        return redirect(known)
    try:
        look_up_order(**form.cleaned_data, client=client_of(request))
    except TooManyLookups as refusal:
        form.add_error(None, str(refusal))
        response = _page(request, form, HTTPStatus.TOO_MANY_REQUESTS)
        response["Retry-After"] = str(refusal.wait)
        return response
    return render(request, "orders/lookup.html", {"sent_to": form.cleaned_data["email"]})


def _open_already(request: HttpRequest, number: str) -> Order | None:
    user = request.user if request.user.is_authenticated else None
    number = spelled(number)
    try:
        return queries.order_for(number=number, user=user, token=token_for(request, number))
    except queries.OrderNotFound:
        return None


def _page(request: HttpRequest, form: LookupForm, status: HTTPStatus) -> HttpResponse:
    return render(request, "orders/lookup.html", {"form": form}, status=status)
