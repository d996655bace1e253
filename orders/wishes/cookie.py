"""A guest's wishlist in the browser: its id in a signed cookie of its own, made with the first wish."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse

NAME = "wishes"
_SALT = "orders.wishes"


def guest_id_of(request: HttpRequest) -> str:
    """The id in the request's cookie; empty without one, or where its signature is not ours."""
    return str(request.get_signed_cookie(NAME, default="", salt=_SALT))


def remember_guest(response: HttpResponse, guest_id: str) -> None:
    response.set_signed_cookie(
        NAME,
        guest_id,
        salt=_SALT,
        max_age=settings.CART_DAYS * 24 * 3600,
        httponly=True,
        samesite="Lax",
        secure=settings.PRODUCTION,
    )


def forget_guest(response: HttpResponse) -> None:
    response.delete_cookie(NAME, samesite="Lax")
