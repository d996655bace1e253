"""A task is in the home of whoever asked for it: it goes along in the message's headers."""

from typing import Any

from celery import signals

from shopcloud.lib import residency

HOME = "home"


def install() -> None:
    signals.before_task_publish.connect(_send_along, weak=False, dispatch_uid="task_homes.send_along")
    signals.task_prerun.connect(_enter, weak=False, dispatch_uid="task_homes.enter")
    signals.task_postrun.connect(_leave, weak=False, dispatch_uid="task_homes.leave")


def _send_along(headers: dict[str, Any] | None = None, **_: Any) -> None:
    if headers is not None and residency.has_several():
        headers[HOME] = residency.region()


def _enter(task: Any = None, **_: Any) -> None:
    # Run in place, a task is where its caller is.
    if not (task.request.is_eager or task.request.called_directly) and (home := getattr(task.request, HOME, "")):
        residency.settle(str(home))


def _leave(task: Any = None, **_: Any) -> None:
    if not (task.request.is_eager or task.request.called_directly):
        residency.unsettle()
