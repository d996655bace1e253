"""Pages for people without an account who want a copy of their data, or to be forgotten."""

from contextlib import suppress
from http import HTTPStatus
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts import copies, guest_data, privacy
from accounts.guest_data import BadLink, Proven, TooManyWishes, Wish
from accounts.privacy_views import LOST
from accounts.tasks import erase_person, export_person
from shopcloud.lib import clock
from shopcloud.lib.throttle import client_of


class GuestDataForm(forms.Form):
    email = forms.EmailField(
        label=_("Email"),
        max_length=254,
        help_text=_("The address you gave when you ordered."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    wish = forms.ChoiceField(
        label=_("What shall we do?"),
        choices=[(Wish.COPY.value, _("Send me a copy of my data")), (Wish.ERASURE.value, _("Forget me"))],
        initial=Wish.COPY.value,
        widget=forms.RadioSelect,
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def guest_data_page(request: HttpRequest) -> HttpResponse:
    """GET asks for the address. POST answers the same, whatever we know of it."""
    form = GuestDataForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return _page(request, form, HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK)
    wish = Wish(form.cleaned_data["wish"])
    try:
        guest_data.ask(email=form.cleaned_data["email"], wish=wish, client=client_of(request))
    except TooManyWishes as refusal:
        form.add_error(None, str(refusal))
        response = _page(request, form, HTTPStatus.TOO_MANY_REQUESTS)
        response["Retry-After"] = str(refusal.wait)
        return response
    return render(request, "accounts/guest_data.html", {"sent_to": form.cleaned_data["email"]})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def guest_link(request: HttpRequest, token: str) -> HttpResponse:
    """GET asks once more, for mail programs open links by themselves; POST carries the wish out, once."""
    try:
        found = guest_data.use_up(token) if request.method == "POST" else guest_data.read(token)
    except BadLink:
        return render(request, "accounts/guest_link.html", {"is_broken": True}, status=HTTPStatus.GONE)
    if request.method == "POST":
        _carry_out(found)
    told: dict[str, Any] = {
        "email": found.email,
        "is_erasure": found.wish == Wish.ERASURE,
        "is_done": request.method == "POST",
    }
    return render(request, "accounts/guest_link.html", told)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def guest_export(request: HttpRequest, secret: str) -> HttpResponse:
    """GET offers the file, POST leads to it, once."""
    found = copies.waiting_behind(secret)
    if found is None or (request.method == "POST" and not copies.fetch_once(export=found, now=clock.now())):
        return render(request, "accounts/guest_export.html", {"is_broken": True}, status=HTTPStatus.GONE)
    if request.method == "POST":
        return redirect(copies.link_of(found))
    return render(request, "accounts/guest_export.html", {})


def _carry_out(found: Proven) -> None:
    told: dict[str, Any] = {"email": found.email, "language": guest_data.language(), "now": clock.now()}
    if found.wish == Wish.ERASURE:
        request_id = privacy.ask_to_be_forgotten_as_guest(**told).pk
        with suppress(*LOST):
            erase_person.delay(request_id=request_id)
    else:
        export_id = copies.ask_as_guest(**told).pk
        with suppress(*LOST):
            export_person.delay(export_id=export_id)


def _page(request: HttpRequest, form: GuestDataForm, status: HTTPStatus) -> HttpResponse:
    return render(request, "accounts/guest_data.html", {"form": form}, status=status)
