"""A person's inbox in the browser. Everything is a form, so that it works without scripts too."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import Consent, User
from accounts.notifications import preferences as choices
from accounts.notifications import reading, writing
from accounts.notifications.words import Kind, path_of
from shopcloud.lib import clock
from shopcloud.lib.market import MarketRequest


def _person(request: MarketRequest) -> int:
    return cast("User", request.user).pk


@never_cache
@login_required
@require_safe
def inbox(request: MarketRequest) -> HttpResponse:
    cursor = request.GET.get("cursor", "")
    try:
        page = reading.page_of(_person(request), market=request.market, cursor=cursor)
    except reading.BadCursor:
        return redirect("account-inbox")
    newest = page.shown[0].row.pk if page.shown else 0
    unread = reading.unread_count(_person(request))
    context = {"page": page, "cursor": cursor, "newest": newest, "unread": unread, "is_later": bool(cursor)}
    return render(request, "accounts/inbox.html", context)


@never_cache
@login_required
@require_POST
def all_read(request: MarketRequest) -> HttpResponse:
    """Mark all read that were there when the page was made: the newest one it showed is `up_to`."""
    up_to = request.POST.get("up_to", "")
    if not (up_to.isascii() and up_to.isdigit()) or len(up_to) > 18:
        return HttpResponseBadRequest(_("Open your inbox again and try once more."))
    writing.mark_all_read(user_id=_person(request), up_to=int(up_to), now=clock.now())
    return redirect("account-inbox")


@never_cache
@login_required
@require_POST
def read(request: MarketRequest, notification_id: int) -> HttpResponse:
    _seen(request, notification_id)
    return _back(request)


@never_cache
@login_required
@require_POST
def visit(request: MarketRequest, notification_id: int) -> HttpResponse:
    """Mark it read and go to what it tells of."""
    return redirect(path_of(_seen(request, notification_id).facts) or "account-inbox")


@never_cache
@login_required
@require_POST
def deletion(request: MarketRequest, notification_id: int) -> HttpResponse:
    try:
        writing.delete(user_id=_person(request), notification_id=notification_id)
    except writing.NotificationNotFound:
        raise Http404 from None
    return _back(request)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: MarketRequest) -> HttpResponse:
    person = cast("User", request.user)
    if request.method != "POST":
        return render(request, "accounts/preferences.html", {"preferences": choices.preferences_of(person)})
    inbox, email = set(request.POST.getlist("inbox")), set(request.POST.getlist("email"))
    for kind in Kind:
        choices.change(
            user=person,
            kind=kind,
            in_app=kind.value in inbox,
            email=kind not in choices.OPTIONAL_MAILS or kind.value in email,
            source=Consent.Source.PROFILE,
            now=clock.now(),
        )
    messages.success(request, _("Your choice is saved."))
    return redirect("account-preferences")


def _seen(request: MarketRequest, notification_id: int) -> writing.Notification:
    try:
        return writing.mark_read(user_id=_person(request), notification_id=notification_id, now=clock.now())
    except writing.NotificationNotFound:
        raise Http404 from None


def _back(request: MarketRequest) -> HttpResponse:
    """To the page of the inbox that the form stood on."""
    response = redirect("account-inbox")
    cursor = request.POST.get("cursor", "")
    if cursor.isascii() and cursor.isdigit():
        response["Location"] += f"?cursor={cursor}"
    return response
