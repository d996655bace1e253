"""The browser's cart: its id in a signed cookie of its own, so that a guest's cart needs no session."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse

NAME = "cart"
_SALT = "orders.cart"


def cart_id_of(request: HttpRequest) -> str | None:
    """The id in the request's cookie; None without one, or where its signature is not ours."""
    value: str | None = request.get_signed_cookie(NAME, default=None, salt=_SALT)
    return value


def remember_cart(response: HttpResponse, cart_id: str) -> None:
    response.set_signed_cookie(
        NAME,
        cart_id,
        salt=_SALT,
        max_age=settings.CART_DAYS * 24 * 3600,
        httponly=True,
        samesite="Lax",
        secure=settings.PRODUCTION,
    )


def forget_cart(response: HttpResponse) -> None:
    """The browser's next shopper starts without a cart; a person's own waits for them to sign in again."""
    response.delete_cookie(NAME, samesite="Lax")
