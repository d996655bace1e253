"""How an operation of the API tells its end: `Deprecation` (RFC 9745), `Sunset` (RFC 8594), and its successor."""

import functools
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from typing import Any, TypeVar, cast

from django.utils.http import http_date
from drf_spectacular.utils import extend_schema

Method = TypeVar("Method", bound=Callable[..., Any])
LEAST_DAYS = 180


def deprecated(*, since: date, sunset: date, instead: str) -> Callable[[Method], Method]:
    """Mark a view's method: the schema says so, and so does every answer. `instead` is the address of what to use.

    Raises ValueError where clients would have less time than the policy promises.
    """
    if (sunset - since).days < LEAST_DAYS:
        raise ValueError(f"Clients are promised {LEAST_DAYS} days; {since} to {sunset} is less.")
    headers = {
        "Deprecation": f"@{_midnight(since)}",
        "Sunset": http_date(_midnight(sunset)),
        "Link": f'<{instead}>; rel="successor-version"',
    }

    def mark(method: Method) -> Method:
        @functools.wraps(method)
        def answer(view: Any, request: Any, *args: Any, **kwargs: Any) -> Any:
            # DRF puts `view.headers` on whatever it answers, errors of the method included.
            view.headers.update(headers)
            return method(view, request, *args, **kwargs)

        return cast("Method", extend_schema(deprecated=True)(answer))

    return mark


def _midnight(day: date) -> int:
    return int(datetime.combine(day, time(), tzinfo=UTC).timestamp())
