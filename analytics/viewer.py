"""Who looks at products, as their browser tells: a signed cookie that is set with consent alone and goes with it.

One that names a person counts in the session it was set in, no longer: others may use the browser afterwards. It holds
a mark of the session's key for that, so that a click need not read the session.
"""

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac

from analytics import viewed
from analytics.consent import may_count
from shopcloud.lib import ids, redis

NAME = "viewed"
_SALT = "analytics.viewed"
# What asking who somebody is may meet.
Unknown = (OperationalError, InterfaceError)


def viewer_of(request: HttpRequest) -> str:
    """The viewer in the request's cookie; empty without one, where its signature is not ours, and where it names a
    person and the session is another one. Reads no store.
    """
    viewer, _dot, mark = str(request.get_signed_cookie(NAME, default="", salt=_SALT)).partition(".")
    return viewer if mark == _mark(request, viewer) else ""


def own_viewer(request: HttpRequest) -> str:
    """The signed-in person as a viewer; empty for a guest. Raises Unknown."""
    return viewed.of_person(request.user.pk) if request.user.is_authenticated else ""


def new_viewer() -> str:
    return "g" + ids.secret_token()


def remember_viewer(request: HttpRequest, response: HttpResponse, viewer: str) -> HttpResponse:
    mark = _mark(request, viewer)
    response.set_signed_cookie(
        NAME,
        f"{viewer}.{mark}" if mark else viewer,
        salt=_SALT,
        max_age=settings.SESSION_COOKIE_AGE if viewed.is_person(viewer) else viewed.SECONDS,
        httponly=True,
        samesite="Lax",
        secure=settings.PRODUCTION,
    )
    return response


def forget_viewer(response: HttpResponse) -> None:
    response.delete_cookie(NAME, samesite="Lax")


def forgetting(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Forget what this browser's visitor looked at, and the browser itself. A store that is away: its expiry does."""
    if NAME not in request.COOKIES:
        return response
    try:
        if viewer := viewer_of(request):
            viewed.forget(viewer)
    except redis.Unavailable:
        return response
    forget_viewer(response)
    return response


def join_viewed(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """The signed-in person's list goes on with what this browser's guest looked at; with consent alone."""
    own = own_viewer(request)
    if not own or not may_count(request):
        return response
    viewer = viewer_of(request)
    if viewer == own:
        return response
    if viewer:
        viewed.take_in(own, source=viewer)
    return remember_viewer(request, response, own)


def _mark(request: HttpRequest, viewer: str) -> str | None:
    """What a person's cookie holds of this session; of a guest's it is empty, and None without a session."""
    if not viewed.is_person(viewer):
        return ""
    key = request.session.session_key
    return salted_hmac(_SALT, key, algorithm="sha256").hexdigest()[:32] if key else None
