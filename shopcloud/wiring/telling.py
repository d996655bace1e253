"""What the workers tell of themselves, connected to Celery's signals."""

from typing import Any

from celery import signals
from django.conf import settings

from deploy import metrics_folder
from shopcloud import scraping
from shopcloud.lib import task_metrics


def install() -> None:
    task_metrics.install()
    signals.worker_ready.connect(_listen, weak=False, dispatch_uid="telling.listen")
    signals.worker_process_shutdown.connect(_let_go, weak=False, dispatch_uid="telling.let_go")


def _listen(**_: Any) -> None:
    if settings.METRICS_PORT:
        scraping.listen(settings.METRICS_PORT)


def _let_go(pid: int, **_: Any) -> None:
    if settings.METRICS_FOLDER:
        metrics_folder.let_go(pid)
