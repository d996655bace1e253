"""Requests that no page can mean anything by: refused at the door, where otherwise each store would choke on them."""

import json
from collections.abc import Callable
from http import HTTPStatus

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse

HEADLESS = "/_allauth/"


class WellFormedMiddleware:
    """404 for a path with a NUL, which PostgreSQL takes in no text; 400 for JSON of signing in that is none.

    The API under `/api/` has a parser of its own that does the latter.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "\x00" in request.path_info:
            raise Http404("No address has a NUL.")
        if request.path_info.startswith(HEADLESS) and request.method != "GET" and not _is_json(request.body):
            # The shape of allauth's own errors.
            error = {"code": "invalid", "message": "The body is not JSON in UTF-8, or it nests too deeply."}
            return JsonResponse({"status": 400, "errors": [error]}, status=HTTPStatus.BAD_REQUEST)
        return self.get_response(request)


def _is_json(body: bytes) -> bool:
    """Also false for half a surrogate pair, which JSON can spell and UTF-8 cannot."""
    try:
        json.dumps(json.loads(body), ensure_ascii=False).encode() if body else b""
    except (ValueError, RecursionError):
        return False
    return True
