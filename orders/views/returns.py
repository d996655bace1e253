"""Sending items back: the form behind the order's page, for its owner or a guest who holds its token."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from orders import queries
from orders.return_form import ReturnForm
from orders.returns import returnable
from orders.services.request_return import CannotReturn, CannotWithdraw, request_return, withdraw_return
from orders.views.order import order_or_404
from shopcloud.lib import clock


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def order_returns(request: HttpRequest, number: str) -> HttpResponse:
    """GET asks what and why; POST asks the shop, and leads back to the order."""
    found, now = order_or_404(request, number), clock.now()
    data = request.POST if request.method == "POST" else None
    form = ReturnForm(data, offered=returnable(found, now=now))
    if request.method == "POST" and form.is_valid():
        try:
            request_return(order=found, now=now, author=_person(request), **form.asked)
        except CannotReturn as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("We have your request and will answer by email."))
            return redirect(found)
    status = 422 if form.errors else 200
    return render(request, "orders/returns.html", {"order": found, "form": form}, status=status)


@never_cache
@require_POST
def order_return_withdrawal(request: HttpRequest, number: str, return_id: int) -> HttpResponse:
    """The buyer keeps the goods."""
    found = order_or_404(request, number)
    try:
        withdraw_return(request=queries.return_of(found, return_id), now=clock.now(), author=_person(request))
    except queries.ReturnNotFound as error:
        raise Http404(str(error)) from None
    except CannotWithdraw as refusal:
        messages.error(request, str(refusal))
    return redirect(found)


def _person(request: HttpRequest) -> Any:
    return request.user if request.user.is_authenticated else None
