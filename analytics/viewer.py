"""Who looks at products, as their browser tells: a signed cookie that is set with consent alone and goes with it."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from analytics import viewed
from analytics.consent import may_count
from shopcloud.lib import ids, redis

NAME = "viewed"
_SALT = "analytics.viewed"


def viewer_of(request: HttpRequest) -> str:
    """The viewer in the request's cookie; empty without one, or where its signature is not ours."""
    return str(request.get_signed_cookie(NAME, default="", salt=_SALT))


def new_viewer() -> str:
    return "g" + ids.secret_token()


def remember_viewer(response: HttpResponse, viewer: str) -> HttpResponse:
    response.set_signed_cookie(
        NAME,
        viewer,
        salt=_SALT,
        max_age=viewed.SECONDS,
        httponly=True,
        samesite="Lax",
        secure=settings.PRODUCTION,
    )
    return response


def forget_viewer(response: HttpResponse) -> None:
    response.delete_cookie(NAME, samesite="Lax")


def forgetting(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Forget what this browser's visitor looked at, and the browser itself. A store that is away: its expiry does."""
    viewer = viewer_of(request)
    if not viewer:
        return response
    try:
        viewed.forget(viewer)
    except redis.Unavailable:
        return response
    forget_viewer(response)
    return response


def join_viewed(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """The signed-in person's list goes on with what this browser's guest looked at; with consent alone."""
    person: Any = request.user
    if not person.is_authenticated or not may_count(request):
        return response
    viewer, own = viewer_of(request), viewed.of_person(person.pk)
    if viewer == own:
        return response
    if viewer.startswith("g"):
        viewed.take_in(own, source=viewer)
    return remember_viewer(response, own)
