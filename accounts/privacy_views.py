"""The pages where people see what we know of them, take it along, and have themselves forgotten."""

from contextlib import suppress
from typing import cast

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from kombu.exceptions import OperationalError as BrokerUnavailable

from accounts import copies, privacy, queries
from accounts.models import DataExport, User
from accounts.tasks import erase_person, export_person
from shopcloud.lib import clock, redis
from shopcloud.lib.market import MarketRequest

# Should a task be lost, or not even be handed over, the schedule finds the wish.
LOST = (BrokerUnavailable, *redis.Unavailable)


@never_cache
@login_required
@require_safe
def data(request: MarketRequest) -> HttpResponse:
    """What a person may have and take back: the copy of their data, their consents, the end of their account."""
    person = cast("User", request.user)
    told = {"export": copies.newest_of(person), "consents": queries.said_by(person)}
    return render(request, "accounts/privacy.html", told)


@never_cache
@login_required
@require_POST
@reauthentication_required
def exports(request: MarketRequest) -> HttpResponse:
    """Asks for a copy, by somebody who said their password once more."""
    wish = copies.ask(user=cast("User", request.user), now=clock.now())
    with suppress(*LOST):
        export_person.delay(export_id=wish.pk)
    messages.success(request, _("We are putting your data together, and write to you when it is ready."))
    return redirect("account-privacy")


@never_cache
@login_required
@require_safe
@reauthentication_required(allow_get=False)
def export(request: MarketRequest, export_id: int) -> HttpResponse:
    """Leads to the file, for a minute."""
    theirs = DataExport.objects.filter(pk=export_id, user=cast("User", request.user)).first()
    if theirs is None or not theirs.is_ready:
        raise Http404
    return redirect(copies.link_of(theirs))


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@reauthentication_required(allow_get=True)
def erasure(request: MarketRequest) -> HttpResponse:
    """GET says what it means; POST asks for it, by somebody who said their password once more."""
    person = cast("User", request.user)
    if request.method != "POST":
        told = {"wish": privacy.open_request(person.email), "is_staff": person.is_staff or person.is_superuser}
        return render(request, "accounts/erasure.html", told)
    try:
        wish = privacy.ask_to_be_forgotten(user=person, now=clock.now())
    except privacy.StaffAccount as error:
        messages.error(request, str(error))
    else:
        with suppress(*LOST):
            erase_person.delay(request_id=wish.pk)
        messages.success(request, _("We have written it down, and sent you a mail."))
    return redirect("account-erasure")
