"""`/metrics`: the counts of all processes of this service, and how the queues and the disk stand now.

It is for the inside: who comes through a proxy, or from a public address, finds nothing there.
"""

import ipaddress
import json
import shutil
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import cache
from typing import Any

import redis as redis_client
import structlog
from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest, start_http_server
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from deploy import metrics_folder
from shopcloud.lib import clock, redis
from shopcloud.lib.outbox import MAX_ATTEMPTS, OutboxEvent
from shopcloud.lib.task_metrics import PUBLISHED_AT

# Dead letters are few; more than so many need no exact number.
MOST_DEAD = 1000
_FORWARDED = ("X-Forwarded-For", "Forwarded", "X-Origin-Key", "Via")
log = structlog.get_logger()


def is_insider(request: HttpRequest) -> bool:
    """Whether the peer itself is on the private network: a proxy would say for whom it asks."""
    if any(name in request.headers for name in _FORWARDED):
        return False
    try:
        return ipaddress.ip_address(request.META.get("REMOTE_ADDR", "")).is_private
    except ValueError:
        return False


def answer() -> HttpResponse:
    return HttpResponse(generate_latest(registry()), content_type=CONTENT_TYPE_LATEST)


def listen(port: int) -> None:
    """Answer on a port of its own, for processes that serve no pages."""
    start_http_server(port, registry=registry())


@cache
def registry() -> Any:
    """What a scrape reads. One process that nobody started others beside counts in its own memory."""
    own = CollectorRegistry()
    own.register(_Counts() if settings.METRICS_FOLDER else REGISTRY)
    if settings.PROCESS == "web":
        own.register(_Now())
    return own


class _Counts(Collector):
    """What all processes of the service counted, also those that ended."""

    def collect(self) -> Iterator[Metric]:
        with metrics_folder.reading() as folder:
            yield from MultiProcessCollector(None, path=folder).collect()


class _Now(Collector):
    """What is not counted but looked up. A store that is away is left out: the others must still be told."""

    def describe(self) -> Iterator[Metric]:
        return iter(())

    def collect(self) -> Iterator[Metric]:
        for look in LOOKS:
            try:
                yield from look()
            except (DatabaseError, *redis.Unavailable, OSError) as error:
                log.warning("metrics.left_out", look=look.__name__, reason=type(error).__name__)


def _outbox() -> Iterator[Metric]:
    now = clock.now()
    waiting = OutboxEvent.objects.filter(relayed_at__isnull=True, attempts__lt=MAX_ATTEMPTS)
    oldest = waiting.order_by("due_at").values_list("due_at", flat=True).first()
    dead = OutboxEvent.objects.filter(relayed_at__isnull=True, attempts__gte=MAX_ATTEMPTS).order_by("id")
    many = len(dead.values_list("id")[:MOST_DEAD])
    yield _gauge("shop_outbox_lag_seconds", "How long the oldest event is overdue.", _since(now, oldest))
    yield _gauge("shop_outbox_dead", f"Events given up; {MOST_DEAD} stands for more.", many)


def _connections() -> Iterator[Metric]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'),"
            " current_setting('max_connections')::int"
        )
        used, most = cursor.fetchone()
    yield _gauge("shop_postgres_connections", "Open connections of clients.", used)
    yield _gauge("shop_postgres_connections_max", "How many PostgreSQL takes.", most)


def _queues() -> Iterator[Metric]:
    """Of the broker on Redis; SQS tells CloudWatch by itself."""
    if not settings.CELERY_BROKER_URL.startswith(("redis://", "rediss://")):
        return
    pipe = _broker().pipeline(transaction=False)
    for name in QUEUES:
        pipe.lindex(name, -1)
        pipe.llen(name)
    found = pipe.execute()
    age = GaugeMetricFamily("shop_queue_age_seconds", "How long the oldest waiting task waits.", labels=["queue"])
    length = GaugeMetricFamily("shop_queue_length", "Waiting tasks.", labels=["queue"])
    for position, name in enumerate(QUEUES):
        age.add_metric([name], _waited(found[2 * position]))
        length.add_metric([name], found[2 * position + 1])
    yield age
    yield length


def _disk() -> Iterator[Metric]:
    usage = shutil.disk_usage(settings.VAR)
    yield _gauge("shop_disk_used_ratio", "Of the disk under the shop's own folder.", usage.used / usage.total)


LOOKS: tuple[Callable[[], Iterator[Metric]], ...] = (_outbox, _connections, _queues, _disk)
QUEUES = sorted(
    {route["queue"] for route in settings.CELERY_TASK_ROUTES.values()} | {settings.CELERY_TASK_DEFAULT_QUEUE}
)


@cache
def _broker() -> Any:
    return redis_client.Redis.from_url(settings.CELERY_BROKER_URL, **redis.TIMEOUTS)


def _waited(message: bytes | None) -> float:
    if message is None:
        return 0.0
    headers = json.loads(message).get("headers", {})
    published = headers.get(PUBLISHED_AT)
    return max(0.0, time.time() - published) if isinstance(published, int | float) else 0.0


def _since(now: datetime, at: datetime | None) -> float:
    return max(0.0, (now - at).total_seconds()) if at else 0.0


def _gauge(name: str, text: str, value: float) -> Metric:
    return GaugeMetricFamily(name, text, value=value)
