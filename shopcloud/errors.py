"""Error answers: a page for people, a problem document for the API; an outage is a polite 503, never a stack trace."""

import sys
from http import HTTPStatus

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from shopcloud.lib import redis
from shopcloud.lib.resilience import CircuitOpen, TierUnavailable

OUTAGES: tuple[type[BaseException], ...] = (
    TierUnavailable,
    CircuitOpen,
    OperationalError,
    InterfaceError,
    *redis.Unavailable,
)
RETRY_AFTER_SECONDS = 5
TRY_AGAIN_SECONDS = 60


def is_outage(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, OUTAGES):
            return True
        error = error.__cause__ or error.__context__
    return False


def server_error(request: HttpRequest) -> HttpResponse:
    """Django's handler500; `sys.exc_info()` is the error being answered."""
    if is_outage(sys.exc_info()[1]):
        response = _answer(request, HTTPStatus.SERVICE_UNAVAILABLE, _("Part of the shop is having a short break."))
        response["Retry-After"] = str(RETRY_AFTER_SECONDS)
        return response
    return _answer(request, HTTPStatus.INTERNAL_SERVER_ERROR, _("Something broke on our side."))


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _answer(request, HTTPStatus.NOT_FOUND, _("We could not find that page."))


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _answer(request, HTTPStatus.FORBIDDEN, _("You may not open this page."))


def too_many_requests(request: HttpRequest) -> HttpResponse:
    """What the rate limits of signing in and up answer; the longest of them forgets within five minutes."""
    response = _answer(request, HTTPStatus.TOO_MANY_REQUESTS, _("Too many tries in a short time."))
    response["Retry-After"] = str(TRY_AGAIN_SECONDS)
    return response


def too_large(request: HttpRequest) -> HttpResponse:
    response = _answer(
        request, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, _("That is more than this page takes."), code="payload_too_large"
    )
    # What was announced is not read: the next request must not begin in the middle of it.
    response["Connection"] = "close"
    return response


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _answer(request, HTTPStatus.BAD_REQUEST, _("We could not understand that request."))


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    return _answer(request, HTTPStatus.FORBIDDEN, _("That form came from another site or was open too long."))


def no_such_door(request: HttpRequest, rest: str = "") -> HttpResponse:
    """For addresses that a library offers and the shop does not."""
    return _answer(request, HTTPStatus.NOT_FOUND, _("We could not find that page."))


def _answer(request: HttpRequest, status: HTTPStatus, title: str, *, code: str = "") -> HttpResponse:
    if request.path_info.startswith(("/api/", "/_allauth/")):
        code = code or status.phrase.lower().replace(" ", "_")
        body = {
            "type": f"urn:shopcloud:problem:{code}",
            "title": status.phrase,
            "status": int(status),
            "code": code,
            "detail": title,
        }
        return JsonResponse(body, status=status, content_type="application/problem+json")
    name = "maintenance" if status == HTTPStatus.SERVICE_UNAVAILABLE else str(int(status))
    response = render(request, f"errors/{name}.html", {"title": title, "status": int(status)}, status=status)
    response["Cache-Control"] = "no-store"
    return response
