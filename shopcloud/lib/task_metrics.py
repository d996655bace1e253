"""What workers tell of the tasks they ran, and how long those waited."""

import time
from typing import Any

from celery import signals

from shopcloud.lib import metrics

PUBLISHED_AT = "published_at"
_OTHER = "other"


def install() -> None:
    """Connect to Celery's signals: on the side that publishes, and on the side that works."""
    signals.before_task_publish.connect(_stamp, weak=False, dispatch_uid="task_metrics.stamp")
    signals.task_prerun.connect(_begin, weak=False, dispatch_uid="task_metrics.begin")
    signals.task_postrun.connect(_end, weak=False, dispatch_uid="task_metrics.end")
    signals.task_retry.connect(_retried, weak=False, dispatch_uid="task_metrics.retried")


def _stamp(headers: dict[str, Any] | None = None, **_: Any) -> None:
    if headers is not None:
        headers[PUBLISHED_AT] = time.time()


def _begin(task: Any = None, **_: Any) -> None:
    request = task.request
    request.began = time.perf_counter()
    published = getattr(request, PUBLISHED_AT, None)
    # A task that was to wait says nothing of its queue.
    if published and not request.eta:
        queue = (request.delivery_info or {}).get("routing_key")
        name = queue if queue in queues(task.app.conf) else _OTHER
        metrics.TASK_WAIT_SECONDS.labels(name).observe(max(0.0, time.time() - published))


def queues(conf: Any) -> set[str]:
    """The names of the shop's queues."""
    return {route["queue"] for route in conf.task_routes.values()} | {conf.task_default_queue}


def _end(task: Any = None, state: str | None = None, **_: Any) -> None:
    began = getattr(task.request, "began", None)
    if began is not None:
        metrics.TASK_SECONDS.labels(task.name).observe(time.perf_counter() - began)
    if state in {"SUCCESS", "FAILURE"}:
        metrics.TASKS.labels(task.name, "succeeded" if state == "SUCCESS" else "failed").inc()


def _retried(sender: Any = None, **_: Any) -> None:
    metrics.TASKS.labels(sender.name, "retried").inc()
