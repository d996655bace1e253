"""The whole shop's own tasks. Each takes `**_`, so that a newer release may send more."""

from datetime import timedelta
from typing import Any

from celery import shared_task

from shopcloud import subscriptions
from shopcloud.lib import clock, idempotency, outbox

DELIVERED_KEPT = timedelta(days=7)


@shared_task
def relay_outbox(**_: Any) -> None:
    """Deliver due events until none is left or the tick is over."""
    for _round in range(20):
        if not outbox.relay(subscriptions=subscriptions.HANDLERS, now=clock.now()):
            return


@shared_task
def forget_idempotency_keys(**_: Any) -> None:
    idempotency.forget_old(now=clock.now())


@shared_task
def forget_delivered_events(**_: Any) -> None:
    outbox.OutboxEvent.objects.filter(relayed_at__lt=clock.now() - DELIVERED_KEPT).delete()
