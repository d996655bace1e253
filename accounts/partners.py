"""Partner apps: other people's software that acts for a person who allowed it, within what they allowed (OAuth 2.0).

The protocol is allauth's identity provider. Administrators register the apps; here is what they may be allowed, who
allowed what, and how it is taken back.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from allauth.idp.oidc.adapter import DefaultOIDCAdapter
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts.models import User

SCOPES = {
    "openid": _("Recognise you by a number"),
    "profile": _("See your name, language and email address"),
    "email": _("See your email address"),
    "addresses:read": _("See your addresses"),
    "orders:read": _("See your orders, invoices and returns"),
    "wishlist:read": _("See your wishlist"),
}


@dataclass(frozen=True, slots=True)
class AllowedApp:
    """An app that can act for a person right now, and what it may see."""

    client_id: str
    name: str
    allowed: list[Any]


class PartnerAdapter(DefaultOIDCAdapter):  # type: ignore[misc]
    """allauth's adapter for this shop: named in `IDP_OIDC_ADAPTER`."""

    scope_display = SCOPES

    def get_issuer(self) -> str:
        return str(settings.PUBLIC_URL)

    def list_private_keys(self, **_asked: Any) -> list[Any]:
        from allauth.idp.oidc.models import PrivateKey

        return [PrivateKey(pem=settings.HEADLESS_JWT_PRIVATE_KEY)]

    def populate_server_metadata(self, data: dict[str, Any]) -> None:
        """Tell what the shop offers of it: authorisation codes, and no more."""
        for closed in ("device_authorization_endpoint", "end_session_endpoint"):
            data.pop(closed, None)
        data["scopes_supported"] = list(SCOPES)
        data["grant_types_supported"] = ["authorization_code", "refresh_token"]
        data["response_types_supported"] = ["code"]


def page_of_apps(user: User, *, after: str = "", limit: int = 50) -> tuple[list[AllowedApp], str | None]:
    """Those apps by their ids, from the one after `after` on, and the last id where more follow. Two statements."""
    from allauth.idp.oidc.models import Token

    held = Token.objects.valid().filter(user=user, type__in=("at", "rt"), client_id__gt=after)
    ids = list(held.order_by("client_id").values_list("client_id", flat=True).distinct()[: limit + 1])
    apps = {app.client_id: app for app in apps_of(user_id=user.pk, among=ids[:limit])} if ids else {}
    return [apps[pk] for pk in ids[:limit] if pk in apps], ids[limit - 1] if len(ids) > limit else None


def apps_of(*, user_id: int, among: Sequence[str] | None = None) -> list[AllowedApp]:
    """The apps that hold a token of the person which still works, by name. One statement."""
    from allauth.idp.oidc.models import Token

    held = Token.objects.valid().filter(user_id=user_id, type__in=("at", "rt"), client__isnull=False)
    if among is not None:
        held = held.filter(client_id__in=among)
    scopes: dict[tuple[str, str], set[str]] = {}
    for token in held.select_related("client"):
        scopes.setdefault((token.client.name, token.client.pk), set()).update(token.get_scopes())
    return [
        AllowedApp(pk, name, [SCOPES[scope] for scope in SCOPES if scope in found])
        for (name, pk), found in sorted(scopes.items())
    ]


def take_back(*, user: User, client_id: str) -> None:
    """End what the person allowed the app: none of its tokens opens anything from here on."""
    from allauth.idp.oidc.models import Token

    Token.objects.filter(user=user, client_id=client_id).delete()


def take_all_back(*, user_id: int) -> int:
    """End what the person allowed every app; how many tokens and codes there were."""
    from allauth.idp.oidc.models import Token

    return int(Token.objects.filter(user_id=user_id).delete()[0])
