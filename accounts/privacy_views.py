"""The page where a person has themselves forgotten."""

from typing import cast

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts import privacy
from accounts.models import User
from accounts.tasks import erase_person
from shopcloud.lib import clock
from shopcloud.lib.market import MarketRequest


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
        # Should the task be lost, the schedule finds the wish.
        erase_person.delay(request_id=wish.pk)
        messages.success(request, _("We have written it down, and sent you a mail."))
    return redirect("account-erasure")
