"""What each request says of itself: `X-Request-ID`, `Server-Timing` naming the tiers that answered, structured logs."""

import re
import time
from collections.abc import Callable, Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from typing import Any

import structlog
from django.conf import settings
from django.db import connections
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve

from shopcloud.lib import ids, metrics, tracing

_SAFE_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
_timings: ContextVar[dict[str, float] | None] = ContextVar("tier_timings", default=None)


@contextmanager
def tier(name: str) -> Iterator[None]:
    """Count the time spent in a data tier (`dax`, `cache`, `dynamo`, `pg`, `replica`, `search`) for this request."""
    started = time.perf_counter()
    try:
        yield
    finally:
        seconds = time.perf_counter() - started
        metrics.TIER_SECONDS.labels(name).observe(seconds)
        timings = _timings.get()
        if timings is not None:
            timings[name] = timings.get(name, 0.0) + seconds * 1000


def spent_ms(name: str) -> int:
    """How long a tier has taken of this request so far; 0 outside of one."""
    return round((_timings.get() or {}).get(name, 0.0))


def _time_sql(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
    with tier("replica" if context["connection"].alias == "replica" else "pg"):
        return execute(sql, params, many, context)


def install_sql_timing(connection: Any, **_: Any) -> None:
    """Receiver of Django's `connection_created`: times every statement of the connection."""
    if _time_sql not in connection.execute_wrappers:
        connection.execute_wrappers.append(_time_sql)


class RequestMiddleware:
    """Outermost: gives the request an id, binds it to the log, and reports the tiers that answered."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        offered = request.headers.get("X-Request-ID", "")
        request_id = offered if _SAFE_ID.fullmatch(offered) else ids.event_id()
        request.request_id = request_id  # type: ignore[attr-defined]
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request_id)
        tracing.tell(request_id=request_id)
        timings: dict[str, float] = {}
        token = _timings.set(timings)
        started = time.perf_counter()
        status = 500
        try:
            response = self.get_response(request)
            status = response.status_code
        finally:
            _timings.reset(token)
            structlog.contextvars.clear_contextvars()
            seconds = time.perf_counter() - started
            metrics.answered(route=route_of(request), method=request.method, status=status, seconds=seconds)
        total = seconds * 1000
        response["X-Request-ID"] = request_id
        response["Server-Timing"] = ", ".join(
            [*(f"{name};dur={ms:.1f}" for name, ms in timings.items()), f"total;dur={total:.1f}"]
        )
        return response

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: dict[str, Any]) -> None:
        _say_whose(kwargs)


def _say_whose(kwargs: Mapping[str, Any]) -> None:
    """Lines of a page about an order name the order, whatever goes wrong on it."""
    number = kwargs.get("number")
    if isinstance(number, str) and _SAFE_ID.fullmatch(number):
        told_about(order_number=number)


def route_of(request: HttpRequest) -> str:
    """The pattern of the URL table that answers this address: `unmatched` for every other address there may be."""
    if request.resolver_match is not None:
        return _unprefixed(request.resolver_match.route) or "/"
    # A middleware answered before the view was looked for.
    if request.path_info.startswith(settings.STATIC_URL):
        return "static"
    try:
        return resolve("/" + _unprefixed(request.path_info.removeprefix("/"))).route or "/"
    except Resolver404:
        return "unmatched"


def _unprefixed(route: str) -> str:
    """Without a market's prefix: the markets share their routes."""
    prefix, _, rest = route.partition("/")
    return rest if prefix in _languages() else route


@cache
def _languages() -> frozenset[str]:
    return frozenset(code for code, _name in settings.LANGUAGES)


@contextmanager
def about(**subject: str) -> Iterator[None]:
    """Every line and the trace's span say what they are about (`order_number`, `request_id`) until the block ends."""
    tracing.tell(**subject)
    with structlog.contextvars.bound_contextvars(**subject):
        yield


def told_about(**subject: str) -> None:
    """As `about`, until the request or the task ends."""
    tracing.tell(**subject)
    structlog.contextvars.bind_contextvars(**subject)


def bound(*names: str) -> dict[str, str]:
    """What the lines are about at the moment."""
    held = structlog.contextvars.get_contextvars()
    return {name: str(held[name]) for name in names if name in held}


def sql_connections_open() -> int:
    return sum(1 for c in connections.all(initialized_only=True) if c.connection is not None)


# Long random path segments open orders, carts, downloads and password resets to whoever reads them.
_TOKEN = re.compile(r"(?<=/)[A-Za-z0-9_:-]{30,}(?=[/?\s]|$)")
_EMAIL = re.compile(r"[^\s@()<>'\"=,]+@[^\s@()<>'\"=,]+")


def hide_secrets(_logger: Any, _method: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """A structlog processor: take what opens a page and who it is about out of the texts of a line."""
    for name in ("event", "exception"):
        if isinstance(line.get(name), str):
            line[name] = _EMAIL.sub("[email]", _TOKEN.sub("[token]", line[name]))
    return line


LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "json": {
            "()": "structlog.stdlib.ProcessorFormatter",
            "processors": [
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                hide_secrets,
                structlog.processors.JSONRenderer(),
            ],
            "foreign_pre_chain": [
                structlog.contextvars.merge_contextvars,
                tracing.name_trace,
                structlog.stdlib.add_log_level,
                structlog.stdlib.add_logger_name,
                structlog.processors.TimeStamper(fmt="iso", utc=True),
                # Without it a line names the traceback's address in memory instead of what broke where.
                structlog.processors.format_exc_info,
            ],
        }
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {
        "django.request": {"level": "ERROR"},
        "django.security.DisallowedHost": {"level": "ERROR"},
        "botocore": {"level": "WARNING"},
        "celery": {"level": "WARNING"},
        "fontTools": {"level": "WARNING"},
    },
}


def configure_structlog() -> None:
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            tracing.name_trace,
            structlog.stdlib.add_log_level,
            structlog.stdlib.add_logger_name,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.StackInfoRenderer(),
            structlog.processors.format_exc_info,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
