"""Staff work with a second factor: without one they are sent to set it up, without having shown it they are asked.

The password stays with the admin's own door, which counts the failed tries.
"""

from collections.abc import Callable
from urllib.parse import urlencode

from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

ADMIN = "/admin/"
FREE = ("/admin/login/", "/admin/logout/", "/admin/jsi18n/")


class StaffSecondFactorMiddleware:
    """Stands before every page of the admin where `STAFF_SECOND_FACTOR` is on."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.STAFF_SECOND_FACTOR and _is_behind_the_door(request) and not was_shown(request):
            return _ask(request)
        return self.get_response(request)


def was_shown(request: HttpRequest) -> bool:
    """Whether this session has proved a second factor of its person."""
    return any(record.get("method") == "mfa" for record in get_authentication_records(request, request.user))


def _is_behind_the_door(request: HttpRequest) -> bool:
    path = request.path_info
    return path.startswith(ADMIN) and not path.startswith(FREE) and bool(getattr(request.user, "is_staff", False))


def _ask(request: HttpRequest) -> HttpResponse:
    if is_mfa_enabled(request.user, [Authenticator.Type.TOTP]):
        door = reverse("mfa_reauthenticate")
    elif is_mfa_enabled(request.user, [Authenticator.Type.WEBAUTHN]):
        door = reverse("mfa_reauthenticate_webauthn")
    else:
        messages.info(request, _("Staff sign in with a second factor. Set one up to go on."))
        door = reverse("mfa_activate_totp")
    wanted = request.get_full_path() if request.method in {"GET", "HEAD"} else ADMIN
    return HttpResponseRedirect(f"{door}?{urlencode({'next': wanted})}")
