"""What the workers tell of themselves, connected to Celery's signals."""

from typing import Any

from celery import signals
from django.conf import settings

from deploy import metrics_folder
from shopcloud import scraping
from shopcloud.lib import task_homes, task_logs, task_metrics, tracing


def install() -> None:
    task_metrics.install()
    task_logs.install()
    task_homes.install()
    signals.setup_logging.connect(_log_as_the_shop_does, weak=False, dispatch_uid="telling.log")
    signals.worker_ready.connect(_listen, weak=False, dispatch_uid="telling.listen")
    signals.worker_process_init.connect(_begin, weak=False, dispatch_uid="telling.begin")
    signals.worker_process_shutdown.connect(_let_go, weak=False, dispatch_uid="telling.let_go")


def _log_as_the_shop_does(**_: Any) -> None:
    """Celery would drop what its `--loglevel` does not name, and write its own lines; with a receiver it leaves
    Django's logging as it is.
    """


def _listen(**_: Any) -> None:
    if settings.METRICS_PORT:
        scraping.listen(settings.METRICS_PORT)


def _begin(**_: Any) -> None:
    tracing.begin(settings.PROCESS)


def _let_go(pid: int, **_: Any) -> None:
    if settings.METRICS_FOLDER:
        metrics_folder.let_go(pid)
