"""The API's door for partner apps: shut wherever a view does not name the scope that opens it."""

from typing import Any

from django.utils.translation import gettext as _
from rest_framework.authentication import TokenAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from shopcloud.lib import residency

# As a view's scope: any token will do, for everybody may.
ANY = ""


class PartnerToken(TokenAuthentication):
    """`Authorization: Bearer` with an app's opaque token. A view's `partner_scopes` says which scope opens a method."""

    keyword = "Bearer"

    def authenticate(self, request: Request) -> tuple[Any, Any] | None:
        known = super().authenticate(request)
        if known is not None:
            _check_scope(request, known[1].get_scopes())
        return known

    def authenticate_credentials(self, key: str) -> tuple[Any, Any]:
        token = _found(key)
        if token is None or token.client is None or token.user is None or not token.user.is_active:
            raise AuthenticationFailed(_("Sign in again: this token does not hold any more."))
        return token.user, token


def _found(key: str) -> Any:
    """The token, from whichever home keeps it; the request goes on in that one. Raises HomeUnavailable."""
    from allauth.idp.oidc.models import Token

    def look_up() -> Any:
        return Token.objects.select_related("user", "client").lookup(Token.Type.ACCESS_TOKEN, key)

    for home in (residency.region(), *residency.others()):
        if (token := residency.ask(home, look_up)) is not None:
            residency.settle(home)
            return token
    return None


def is_partners(header: str) -> bool:
    """Whether this `Authorization` header holds a partner's token: our own are JWTs, which have dots."""
    scheme, _space, key = header.partition(" ")
    return scheme.lower() == "bearer" and bool(key.strip()) and "." not in key


def _check_scope(request: Request, granted: list[str]) -> None:
    method = "GET" if request.method in {"HEAD", "OPTIONS"} else str(request.method)
    view = (request.parser_context or {}).get("view")
    needed: str | None = getattr(view, "partner_scopes", {}).get(method)
    # DRF's views, which problems need, import this module by way of the settings.
    from shopcloud.lib.problems import Problem

    if needed is None or (needed and needed not in granted):
        wanted = f', scope="{needed}"' if needed else ""
        headers = {"WWW-Authenticate": f'Bearer error="insufficient_scope"{wanted}'}
        raise Problem(403, "insufficient_scope", _("You did not allow this app to do that."), headers=headers)
