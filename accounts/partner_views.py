"""Where a person allows an app something, and where they take it back."""

from typing import Any, cast
from urllib.parse import urlsplit

from allauth.idp.oidc.views import authorization
from csp.decorators import csp_update
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import partners
from accounts.models import User


# allauth checks the form's token itself: an app may open this address with POST.
@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def authorize(request: HttpRequest) -> HttpResponse:
    """allauth's page of consent, in the person's language; its form may lead on to the app that asked."""
    language = getattr(request.user, "language", translation.get_language())
    with translation.override(language):
        response: Any = authorization(request)
        if hasattr(response, "render"):
            response.render()
            response["Content-Language"] = language
    client = (getattr(response, "context_data", None) or {}).get("client")
    if client is None:
        return cast("HttpResponse", response)
    allowed = csp_update({"form-action": sorted({_origin(uri) for uri in client.get_redirect_uris()})})
    return cast("HttpResponse", allowed(lambda _request: response)(request))


@never_cache
@login_required
@require_safe
def partner_apps(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/partner_apps.html", {"apps": partners.apps_of(user_id=int(request.user.pk or 0))})


@never_cache
@login_required
@require_POST
def partner_app_revocation(request: HttpRequest, client_id: str) -> HttpResponse:
    partners.take_back(user=cast("User", request.user), client_id=client_id)
    messages.success(request, _("The app cannot see anything of yours any more."))
    return redirect("account-partner-apps")


def _origin(uri: str) -> str:
    """What `form-action` calls the address: an app's own scheme has no host."""
    parts = urlsplit(uri)
    return f"{parts.scheme}://{parts.netloc}" if parts.scheme in {"http", "https"} else f"{parts.scheme}:"
