"""The lake's tasks. Each may run twice without harm and takes `**_`, so that a newer release may send more."""

from typing import Any

from celery import shared_task

from analytics import services
from shopcloud.lib import clock


@shared_task
def ship_clickstream(**_: Any) -> None:
    services.ship_clicks(now=clock.now())


@shared_task
def compact_lake(**_: Any) -> None:
    services.compact_lake(before=clock.now().date())
