"""Alive (`/healthz`, touches no store), ready (`/readyz`, a line a tier) and `/metrics`."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from typing import Any

from django.conf import settings
from django.db import connections
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse

from catalog import queries as catalog
from media import queries as media
from shopcloud import scraping
from shopcloud.celery import app as celery_app
from shopcloud.lib import redis

CHECK_SECONDS = 2.5
# What checkout cannot do without; the others only degrade a feature.
REQUIRED = frozenset({"postgres", "redis", "dynamodb"})


def healthz(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok\n", content_type="text/plain")


class AliveMiddleware:
    """Answers `/healthz`, and `/metrics` for the inside, whatever host the request names: load balancers and Prometheus
    ask by the container's own address.
    """

    def __init__(self, get_response: Callable[[HttpRequest], Any]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> Any:
        if request.path == "/healthz":
            return healthz(request)
        if request.path == "/metrics" and scraping.is_insider(request):
            return metrics(request)
        return self.get_response(request)


def readyz(request: HttpRequest) -> HttpResponse:
    """200 while every required tier answers, else 503. Each tier has its own line and no check waits for another."""
    pool = ThreadPoolExecutor(max_workers=len(CHECKS))
    futures = {name: pool.submit(_timed, check) for name, check in CHECKS.items()}
    wait(futures.values(), timeout=CHECK_SECONDS)
    pool.shutdown(wait=False, cancel_futures=True)
    tiers = {name: f.result() if f.done() else _down("no answer in time") for name, f in futures.items()}
    ready = all(tiers[name]["ok"] for name in REQUIRED)
    return JsonResponse({"ready": ready, "tiers": tiers}, status=200 if ready else 503)


def _timed(check: Callable[[], object]) -> dict[str, Any]:
    started = time.perf_counter()
    try:
        check()
    except Exception as error:  # whatever a driver raises, the tier is down; the class says how, and no secret leaks
        return _down(type(error).__name__)
    return {"ok": True, "ms": round((time.perf_counter() - started) * 1000, 1)}


def _down(reason: str) -> dict[str, Any]:
    return {"ok": False, "error": reason}


def _postgres(alias: str = "default") -> None:
    try:
        with connections[alias].cursor() as cursor:
            cursor.execute("SELECT 1")
    finally:
        # The check runs in a thread of its own, whose connection nobody would reuse.
        connections[alias].close()


def _broker() -> None:
    with celery_app.connection_for_write(connect_timeout=1) as connection:
        connection.ensure_connection(max_retries=0, timeout=1)


CHECKS: dict[str, Callable[[], object]] = {
    "postgres": _postgres,
    "redis": lambda: redis.store().ping(),
    "dynamodb": catalog.ping,
    "search": catalog.ping_search,
    "s3": media.ping,
    "broker": _broker,
}
if settings.DAX_ENDPOINT:
    CHECKS["dax"] = catalog.ping_dax
if settings.DATABASE_REPLICA_URL:
    CHECKS["replica"] = lambda: _postgres("replica")


def metrics(request: HttpRequest) -> HttpResponse:
    """Prometheus metrics, for the inside only; the load balancer does not route this path either."""
    if not scraping.is_insider(request):
        raise Http404
    return scraping.answer()
