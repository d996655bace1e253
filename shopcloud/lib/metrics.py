"""What Prometheus is told. Every label has few values, all of them ours: no address, number or name of anybody.

A service's processes count in a folder (deploy/metrics_folder.py); `shopcloud.scraping` adds them up.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPMethod

from prometheus_client import Counter, Gauge, Histogram

# Fine around the budgets: pages 200 ms, everything 500 ms at the 95th percentile.
REQUEST_BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.15, 0.2, 0.3, 0.5, 0.75, 1.0, 2.5, 5.0, 10.0)
TIER_BUCKETS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
TASK_BUCKETS = (0.05, 0.25, 1.0, 5.0, 15.0, 60.0, 180.0, 540.0)
WAIT_BUCKETS = (0.1, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 300.0, 1800.0)
METHODS = frozenset(HTTPMethod)

REQUESTS = Counter("shop_http_requests", "Answered requests.", ["route", "method", "status"])
REQUEST_SECONDS = Histogram(
    "shop_http_request_seconds", "From a request's arrival to its answer.", ["route"], buckets=REQUEST_BUCKETS
)
TIER_SECONDS = Histogram("shop_tier_seconds", "One call of a data tier.", ["tier"], buckets=TIER_BUCKETS)
CACHE_READS = Counter("shop_cache_reads", "Reads of a cache; hit, stale or miss.", ["cache", "outcome"])
STOCK_RACES_LOST = Counter("shop_stock_races_lost", "Orders refused because the units were just gone.")
BREAKER_STATE = Gauge(
    "shop_breaker_state",
    "0 closed, 1 being tried, 2 open: the worst of the processes.",
    ["tier"],
    multiprocess_mode="livemax",
)
BREAKER_OPENED = Counter("shop_breaker_opened", "How often a tier was given up for a while.", ["tier"])
OUTBOX_EVENTS = Counter("shop_outbox_events", "Deliveries of events: delivered, waits or failed.", ["outcome"])
OUTBOX_SECONDS = Histogram(
    "shop_outbox_delivery_seconds", "From an event's record to the last of its handlers.", buckets=WAIT_BUCKETS
)
TASKS = Counter("shop_tasks", "Tasks run by the workers: succeeded, failed or retried.", ["task", "outcome"])
TASK_SECONDS = Histogram("shop_task_seconds", "How long a task ran.", ["task"], buckets=TASK_BUCKETS)
TASK_WAIT_SECONDS = Histogram(
    "shop_task_wait_seconds", "How long a task waited in its queue.", ["queue"], buckets=WAIT_BUCKETS
)
STREAMS_OPEN = Gauge("shop_streams_open", "Event streams that pages hold open.", ["event"], multiprocess_mode="livesum")
STREAM_MESSAGES = Counter("shop_stream_messages", "Messages sent to open pages.", ["event"])
STREAMS_LOST = Counter("shop_streams_lost", "Event streams that ended because the store was away.", ["event"])


@contextmanager
def streaming(event: str) -> Iterator[None]:
    """Counts a stream as open meanwhile. `event` is what it tells of: one of our own few words."""
    STREAMS_OPEN.labels(event).inc()
    try:
        yield
    finally:
        STREAMS_OPEN.labels(event).dec()


def answered(*, route: str, method: str | None, status: int, seconds: float) -> None:
    """Count one answer. `route` is a pattern of the URL table, never an address."""
    REQUESTS.labels(route, method if method in METHODS else "other", f"{status // 100}xx").inc()
    REQUEST_SECONDS.labels(route).observe(seconds)


def cache_read(cache: str, *, hit: bool, fresh: bool = True) -> None:
    CACHE_READS.labels(cache, ("hit" if fresh else "stale") if hit else "miss").inc()
