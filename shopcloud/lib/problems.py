"""RFC 9457 problem documents: each error has a stable `code`, a title, and a detail that tells what to do."""

from typing import Any, cast

from django.conf import settings
from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.http import Http404
from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import exception_handler, set_rollback

CONTENT_TYPE = "application/problem+json"


class Problem(exceptions.APIException):
    """Raise in a view: `raise Problem(409, "out_of_stock", "LAMP-S sold out.", sku="LAMP-S")`."""

    def __init__(self, status: int, code: str, detail: str, *, headers: dict[str, str] | None = None, **extra: Any):
        super().__init__(detail=detail, code=code)
        self.status_code = status
        self.headers = headers or {}
        self.extra = extra


class ProblemResponse(Response):
    def __init__(self, status: int, code: str, detail: str, *, headers: dict[str, str] | None = None, **extra: Any):
        body = {
            "type": f"urn:shopcloud:problem:{code}",
            "title": code.replace("_", " ").capitalize(),
            "status": status,
            "code": code,
            "detail": detail,
            **extra,
        }
        super().__init__(body, status=status, headers=headers, content_type=CONTENT_TYPE)


def problem(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's exception handler. Unknown errors return None and become a 500 (or, in an outage, a 503)."""
    if isinstance(error, Problem):
        set_rollback()
        return ProblemResponse(error.status_code, _code(error), str(error.detail), headers=error.headers, **error.extra)
    if isinstance(error, exceptions.ValidationError):
        set_rollback()
        return ProblemResponse(400, "invalid", _("Some fields are not valid."), errors=error.detail)
    if isinstance(error, RequestDataTooBig):
        set_rollback()
        limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        return ProblemResponse(413, "payload_too_large", f"Send {limit:,} bytes at most.")
    response = exception_handler(error, context)
    if response is None:
        return None
    known = _as_api_exception(error)
    kept = {name: response[name] for name in ("Retry-After", "WWW-Authenticate") if name in response}
    return ProblemResponse(response.status_code, _code(known), str(known.detail), headers=kept)


def _as_api_exception(error: Exception) -> exceptions.APIException:
    """What DRF's own handler answered: an exception of its own, or one of Django's two that it translates."""
    if isinstance(error, Http404):
        return exceptions.NotFound(str(error) or None)
    if isinstance(error, PermissionDenied):
        return exceptions.PermissionDenied()
    return cast("exceptions.APIException", error)


def _code(error: exceptions.APIException) -> str:
    codes = error.get_codes()
    return codes if isinstance(codes, str) else "invalid"
