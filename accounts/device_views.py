"""Where a person is signed in, and the one button that signs them out everywhere else."""

from typing import Any, cast

from allauth.usersessions.internal.flows.sessions import end_other_sessions
from allauth.usersessions.models import UserSession
from allauth.usersessions.views import ListUserSessionsView
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from accounts import services
from accounts.models import User
from accounts.partners import apps_of

DEVICES = "usersessions_list"


class DevicesView(ListUserSessionsView):  # type: ignore[misc]
    """allauth's list of sessions. Its button ends what is not on the list, too: apps' tokens and partners' access."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), "apps": apps_of(user_id=self.request.user.pk)}

    def form_valid(self, form: Any) -> HttpResponse:
        person = cast("User", self.request.user)
        end_other_sessions(self.request, person)
        services.sign_out_everywhere(user=person)
        person.refresh_from_db()
        _stay(self.request, person)
        messages.success(self.request, _("You are signed out in every other browser and app."))
        return redirect(DEVICES)


def _stay(request: HttpRequest, person: User) -> None:
    """This browser goes on, under another key, as the device that it was."""
    before = request.session.session_key
    update_session_auth_hash(request, person)
    UserSession.objects.filter(session_key=before).update(session_key=request.session.session_key)


devices = never_cache(DevicesView.as_view())


@never_cache
@login_required
def sign_outs(request: HttpRequest) -> HttpResponse:
    """Where the button once was."""
    return redirect(DEVICES)
