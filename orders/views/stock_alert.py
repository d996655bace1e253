"""Back in stock: the form on a product's page, and the way out that every alert's mail names."""

from http import HTTPStatus
from typing import cast

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from orders.services.ask_for_alert import NothingToWaitFor, TooManyAlerts, alert_id, ask_for_alert, stop_alert
from shopcloud.lib import clock
from shopcloud.lib.market import MarketRequest
from shopcloud.lib.throttle import client_of


class AlertForm(forms.Form):
    product_id = forms.CharField(max_length=40, widget=forms.HiddenInput)
    sku = forms.CharField(max_length=64, widget=forms.HiddenInput)
    email = forms.EmailField(label=_("Email"), max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "email"}))


@never_cache
@require_http_methods(["GET", "POST"])
def stock_alerts(request: HttpRequest) -> HttpResponse:
    """POST `product_id`, `sku` and `email`: the address is told once when the SKU is back. GET shows the form alone.

    The answer does not tell whether the address waits already.
    """
    asked = request.POST if request.method == "POST" else None
    form = AlertForm(asked, initial={name: request.GET.get(name, "") for name in ("product_id", "sku")})
    if asked is None:
        return _answer(request, form, HTTPStatus.OK)
    if not form.is_valid():
        return _answer(request, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        ask_for_alert(
            **form.cleaned_data,
            user=request.user if request.user.is_authenticated else None,
            market=cast(MarketRequest, request).market,
            client=client_of(request),
            now=clock.now(),
        )
    except NothingToWaitFor as refusal:
        form.add_error(None, str(refusal))
        return _answer(request, form, HTTPStatus.NOT_FOUND)
    except TooManyAlerts as refusal:
        form.add_error(None, str(refusal))
        response = _answer(request, form, HTTPStatus.TOO_MANY_REQUESTS)
        response["Retry-After"] = str(refusal.wait)
        return response
    return _answer(request, form, HTTPStatus.OK, sent_to=form.cleaned_data["email"])


def _answer(request: HttpRequest, form: AlertForm, status: HTTPStatus, *, sent_to: str = "") -> HttpResponse:
    is_fragment = request.headers.get("HX-Request") and request.method == "POST"
    page = "orders/_stock_alert.html" if is_fragment else "orders/stock_alert.html"
    response = render(request, page, {"form": form, "sent_to": sent_to}, status=status)
    if is_fragment:
        # Also what was refused is shown in its place.
        response["X-Fragment"] = "1"
    return response


# Mail programs post here without a page of ours; the key in the address is the permission.
@csrf_exempt
@never_cache
@require_http_methods(["GET", "POST"])
def stock_alert(request: HttpRequest, key: str) -> HttpResponse:
    """GET asks whether to end the alert, so that a mail scanner ends nothing; POST ends it."""
    try:
        alert_id(key)
        if request.method == "POST":
            stop_alert(key=key)
    except NothingToWaitFor as error:
        raise Http404(str(error)) from None
    context = {"key": key, "is_stopped": request.method == "POST"}
    return render(request, "orders/stock_alert_end.html", context)
