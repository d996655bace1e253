"""Who listens: by the session of a browser, or the access token of an app.

The session is read aside from the request's own: a page that only stays open must not keep its person signed in.
"""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY, get_user
from django.db import connections
from django.http import HttpRequest
from rest_framework.exceptions import AuthenticationFailed

from accounts.notifications.reading import unread_count
from accounts.tokens import AppToken
from shopcloud.lib import clock, residency


@dataclass(frozen=True, slots=True)
class Listener:
    """`seconds` is how long the proof of who it is holds, None without an end; `is_still` asks again whether the
    session is there.
    """

    user_id: int
    language: str
    seconds: float | None
    is_still: Callable[[], bool]


def listener_of(request: HttpRequest) -> Listener | None:
    """Who asks; None for a stranger. Costs one read of the session and one query, and keeps no connection."""
    try:
        header = request.headers.get("Authorization", "")
        found = _by_token(header.removeprefix("Bearer ")) if header else _by_session(request)
        if found is None or not found[0].is_active:
            return None
        person, seconds, is_still = found
        return Listener(person.pk, person.language, seconds, is_still)
    finally:
        _let_go()


def unread_of(listener: Listener) -> int:
    """How many notifications are new to them; keeps no connection."""
    try:
        with residency.within(residency.of_number(listener.user_id)):
            return unread_count(listener.user_id)
    finally:
        _let_go()


def _let_go() -> None:
    # The stream lives for minutes, in a process that holds thousands.
    if settings.PROCESS == "realtime":
        connections.close_all()


def _by_token(token: str) -> tuple[Any, float | None, Callable[[], bool]] | None:
    try:
        person, payload = AppToken().authenticate_credentials(token)
    except AuthenticationFailed:
        return None
    return person, payload["exp"] - clock.now().timestamp(), lambda: True


def _by_session(request: HttpRequest) -> tuple[Any, float | None, Callable[[], bool]] | None:
    key = request.COOKIES.get(settings.SESSION_COOKIE_NAME)
    if not key:
        return None
    aside: Any = HttpRequest()
    aside.session = import_module(settings.SESSION_ENGINE).SessionStore(key)
    with residency.within(residency.of_number(int(aside.session.get(SESSION_KEY, 0)))):
        person = get_user(aside)
    return (person, None, lambda: aside.session.exists(key)) if person.is_authenticated else None
