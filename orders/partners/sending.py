"""Deliveries on their way: each claimed by one worker, tried for a day at growing intervals, and noted as it went."""

import json
import random
from datetime import datetime, timedelta

from django.db.models import F

from orders.models import PartnerDelivery
from orders.partners import call, endpoints, signing
from orders.partners.addresses import BadAddress
from shopcloud.lib.sealing import Unreadable

# A claim older than this belongs to a worker that died.
CLAIM = timedelta(minutes=2)
FIRST_PAUSE, LONGEST_PAUSE, TRIED_FOR = timedelta(seconds=30), timedelta(hours=4), timedelta(hours=24)
JITTER = 0.2
EXCERPT, HIDDEN = 2000, "…"
GONE = 410


def due(*, now: datetime, limit: int = 1000) -> list[int]:
    """The deliveries to hand to a worker: new, to be tried again, or claimed by a worker that died."""
    waiting = PartnerDelivery.objects.filter(due_at__lte=now).order_by("due_at")
    return list(waiting.values_list("pk", flat=True)[:limit])


def deliver(*, delivery_id: int, now: datetime) -> bool:
    """Try one delivery; False if it failed, is not due, or another worker has it."""
    mine = PartnerDelivery.objects.filter(pk=delivery_id)
    # Counted when taken: the claim is over before the next worker looks.
    if not mine.filter(due_at__lte=now).update(due_at=now + CLAIM, attempts=F("attempts") + 1):
        return False
    delivery = mine.select_related("endpoint").get()
    if not delivery.endpoint.is_active:
        mine.update(due_at=None, last_error="The endpoint is switched off.")
        return False
    body = json.dumps(delivery.payload, separators=(",", ":"), sort_keys=True).encode()
    try:
        secrets = endpoints.live_secrets(delivery.endpoint, now=now)
    except Unreadable as error:
        return _failed(delivery, status=None, error=str(error), answer="", now=now)
    headers = signing.headers(delivery.message_id, body, live=secrets, now=now)
    # A signature in the log would let its reader send this message in our name.
    shown = "\n".join(f"{k}: {HIDDEN if k.endswith('signature') else v}" for k, v in headers.items())
    mine.update(request_excerpt=f"POST {delivery.endpoint.url}\n{shown}\n\n{body.decode()}"[:EXCERPT])
    try:
        answer = call.post(delivery.endpoint.url, body, headers)
    except (BadAddress, call.NoAnswer) as error:
        return _failed(delivery, status=None, error=str(error), answer="", now=now)
    if 200 <= answer.status < 300:
        told = {"last_status": answer.status, "last_error": "", "response_excerpt": answer.excerpt}
        mine.update(due_at=None, delivered_at=now, **told)
        endpoints.note_success(delivery.endpoint)
        return True
    return _failed(delivery, status=answer.status, error=f"HTTP {answer.status}", answer=answer.excerpt, now=now)


def replay(*, delivery_id: int, now: datetime) -> bool:
    """Send a delivery once more under its own id, whatever became of it; False while it waits anyway."""
    rested = PartnerDelivery.objects.filter(pk=delivery_id, due_at=None)
    return bool(rested.update(due_at=now, tried_since=now, attempts=0, delivered_at=None, last_error=""))


def pause_after(attempts: int) -> timedelta:
    """Twice as long after every failure, and never the same for all that fail together."""
    pause = min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** min(attempts - 1, 12))
    return pause * random.uniform(1 - JITTER, 1 + JITTER)  # noqa: S311 - spreads calls, keeps no secret


def _failed(delivery: PartnerDelivery, *, status: int | None, error: str, answer: str, now: datetime) -> bool:
    following = now + pause_after(delivery.attempts)
    is_over = status == GONE or following > delivery.tried_since + TRIED_FOR
    PartnerDelivery.objects.filter(pk=delivery.pk).update(
        due_at=None if is_over else following,
        last_status=status,
        last_error=error[:300],
        response_excerpt=answer,
    )
    endpoints.note_failure(delivery.endpoint, gone=status == GONE, now=now)
    return False
