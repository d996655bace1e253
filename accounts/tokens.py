"""The tokens of apps: allauth's, with refresh tokens that work once and end everything when they come back.

A refresh token that is used a second time was copied by somebody. Nobody can tell which of the two is the thief, so the
session behind both is ended and its person signs in anew (RFC 9700, 4.14.2).
"""

from typing import Any

import structlog
from allauth.headless.contrib.rest_framework.authentication import JWTTokenAuthentication
from allauth.headless.tokens.strategies.jwt import internal
from allauth.headless.tokens.strategies.jwt.strategy import JWTTokenStrategy
from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, update_session_auth_hash
from django.contrib.sessions.backends.base import SessionBase, UpdateError
from django.http import HttpRequest
from rest_framework.exceptions import AuthenticationFailed

from accounts.partner_tokens import PartnerToken, is_partners
from shopcloud.lib import redis, residency

log = structlog.get_logger()


class RotatingTokens(JWTTokenStrategy):  # type: ignore[misc]
    """allauth's token strategy for this shop: named in `HEADLESS_TOKEN_STRATEGY`."""

    def get_claims(self, user: Any) -> dict[str, Any]:
        return {"iss": settings.PUBLIC_URL}

    def create_access_token_payload(self, request: HttpRequest) -> dict[str, Any] | None:
        # An app stays signed in for as long as its refresh token lives, a browser for half an hour.
        request.session.set_expiry(settings.HEADLESS_JWT_REFRESH_TOKEN_EXPIRES_IN)
        payload: dict[str, Any] | None = super().create_access_token_payload(request)
        return payload

    def refresh_token(self, refresh_token: str) -> tuple[str, str] | None:
        """New tokens for a refresh token on its first use; None for any other, which also ends its session."""
        payload = internal.decode_token(refresh_token, "refresh")
        session = internal.get_token_session(payload) if payload else None
        if payload is None or session is None:
            return None
        _go_home(refresh_token, "refresh")
        if _uses(payload, one_more=True) > 1:
            _end(session)
            return None
        try:
            made: tuple[str, str] | None = super().refresh_token(refresh_token)
        except UpdateError:
            return None
        # Whoever came second either is seen here, or sees what was just saved and ends it.
        if _uses(payload, one_more=False) > 1:
            _end(session)
            return None
        return made

    def _get_access_token(self, request: HttpRequest) -> Any:
        header = request.headers.get("Authorization", "")
        _go_home(header.removeprefix("Bearer "), "access")
        payload = super()._get_access_token(request)
        return payload if payload and _is_ours(payload) else None


class AppToken(JWTTokenAuthentication):  # type: ignore[misc]
    """The API's `Authorization: Bearer` header: our own apps' tokens, and those of partner apps."""

    def authenticate(self, request: Any) -> Any:
        if is_partners(request.headers.get("Authorization", "")):
            return PartnerToken().authenticate(request)
        return super().authenticate(request)

    def authenticate_credentials(self, key: str) -> Any:
        _go_home(key, "access")
        user, payload = super().authenticate_credentials(key)
        if not _is_ours(payload):
            raise AuthenticationFailed("Invalid token.")
        return user, payload


def _go_home(token: str, use: str) -> None:
    """Be in the home of the person that a token names, before they are looked for."""
    payload = internal.decode_token(token, use) if token and residency.has_several() else None
    if payload and payload["sub"].isdigit():
        residency.settle(residency.of_number(int(payload["sub"])))


def keep_signed_in(request: Any, user: Any) -> None:
    """Let the session behind the request fit the account again, after all others were ended."""
    if not isinstance(request.auth, dict):
        update_session_auth_hash(request._request, user)
        return
    # The key stays as it is: the app's tokens name it.
    session = internal.get_token_session(request.auth)
    if session is not None:
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        session.save(must_create=False)


def _is_ours(payload: dict[str, Any]) -> bool:
    return payload.get("iss") == settings.PUBLIC_URL


def _uses(payload: dict[str, Any], *, one_more: bool) -> int:
    """How often this refresh token was used, now with `one_more`."""
    store, name = redis.store(), redis.key("refreshed", payload["jti"])
    if not one_more:
        return int(store.get(name) or 0)
    pipe = store.pipeline(transaction=False)
    pipe.incr(name).expire(name, settings.HEADLESS_JWT_REFRESH_TOKEN_EXPIRES_IN)
    return int(pipe.execute()[0])


def _end(session: SessionBase) -> None:
    log.warning("tokens.refresh_reused", user_id=session.get("_auth_user_id"))
    session.flush()
