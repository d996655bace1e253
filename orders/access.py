"""A guest's own orders: their tokens in a signed cookie, so that an order's number alone opens nothing."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse

NAME = "orders"
_SALT = "orders.access"
_KEPT = 5
_SECONDS = 90 * 24 * 3600


def token_for(request: HttpRequest, number: str) -> str | None:
    """The token this browser holds for an order; None without one."""
    return _tokens(request).get(number)


def remember_order(request: HttpRequest, response: HttpResponse, *, number: str, token: str) -> None:
    """Let this browser open the order's page; the last few orders are kept."""
    tokens = {number: token, **{n: t for n, t in _tokens(request).items() if n != number}}
    kept = list(tokens.items())[:_KEPT]
    response.set_signed_cookie(
        NAME,
        ".".join(f"{n}~{t}" for n, t in kept),
        salt=_SALT,
        max_age=_SECONDS,
        httponly=True,
        samesite="Lax",
        secure=settings.PRODUCTION,
    )


def _tokens(request: HttpRequest) -> dict[str, str]:
    value = request.get_signed_cookie(NAME, default="", salt=_SALT) or ""
    pairs = (entry.partition("~") for entry in value.split("."))
    return {number: token for number, _tilde, token in pairs if number and token}
