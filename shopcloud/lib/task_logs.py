"""A task's lines say which task they are of, and for which request and order it was asked."""

from typing import Any

import structlog
from celery import signals

from shopcloud.lib import observability

ABOUT = "about"


def install() -> None:
    signals.before_task_publish.connect(_send_along, weak=False, dispatch_uid="task_logs.send_along")
    signals.task_prerun.connect(_bind, weak=False, dispatch_uid="task_logs.bind")
    signals.task_postrun.connect(_let_go, weak=False, dispatch_uid="task_logs.let_go")


def _send_along(headers: dict[str, Any] | None = None, **_: Any) -> None:
    if headers is not None and (subject := observability.bound("request_id", "order_number")):
        headers[ABOUT] = subject


def _bind(task: Any = None, task_id: str = "", **_: Any) -> None:
    # Run in place, a task is part of what called it.
    if task.request.is_eager or task.request.called_directly:
        return
    structlog.contextvars.clear_contextvars()
    sent = getattr(task.request, ABOUT, None)
    about = {name: str(value) for name, value in sent.items()} if isinstance(sent, dict) else {}
    observability.told_about(task=task.name, task_id=task_id, **about)


def _let_go(task: Any = None, **_: Any) -> None:
    if not (task.request.is_eager or task.request.called_directly):
        structlog.contextvars.clear_contextvars()
