"""Idempotency keys: the same request sent twice has one effect and gets the same answer, byte for byte.

A request holds an advisory lock on its key while it works in its transaction; whoever comes meanwhile is told so at
once. The key's row is written in the transaction of the effect: either both are there or neither. Where an answer
needs work outside of that transaction (a payment), the row is STARTED with a lease until the answer is stored; if the
process dies in between, the next request with the key takes the work over when the lease is over.
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, models, transaction

from shopcloud.lib import clock, guards

KEPT = timedelta(hours=24)
LEASE = timedelta(seconds=30)
MAX_LENGTH = 255


class KeyReused(Exception):
    """The key was used before with another body: a programming error of the client, answered 422."""

    def __str__(self) -> str:
        return "This Idempotency-Key was used with a different request. Send a new key for a new request."


class KeyInFlight(Exception):
    """The first request with this key has not finished: answered 409 with Retry-After."""

    def __str__(self) -> str:
        return "A request with this Idempotency-Key is still being worked on. Try again in a second."


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP status and a body as it goes over the wire; `replayed` when it had been given before."""

    status: int
    body: str
    replayed: bool = False


class IdempotencyKey(models.Model):
    """`subject` names what the effect made (an order's number), for whoever has to finish the answer."""

    class State(models.TextChoices):
        STARTED = "started"
        DONE = "done"

    scope = models.CharField(max_length=120)
    key = models.CharField(max_length=MAX_LENGTH)
    request_hash = models.CharField(max_length=64)
    state = models.CharField(max_length=8, choices=State, default=State.DONE)
    subject = models.CharField(max_length=120, blank=True)
    leased_until = models.DateTimeField(null=True)
    status = models.PositiveSmallIntegerField(null=True)
    response = models.TextField(blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["scope", "key"], name="idempotency_once")]
        indexes = [models.Index(fields=["created_at"], name="idempotency_created")]

    def __str__(self) -> str:
        return f"{self.scope}:{self.key}"


def once(*, scope: str, key: str, body: Any, effect: Callable[[], Answer]) -> Answer:
    """Run `effect` once per (scope, key), in the transaction that stores its answer.

    If it raises, the key is released with everything else. Raises KeyReused or KeyInFlight.
    """
    with transaction.atomic():
        row = _claim(scope, key, request_hash(body))
        if row.pk is not None:
            return Answer(row.status or 200, row.response, replayed=True)
        answer = effect()
        row.status, row.response = answer.status, answer.body
        row.save(force_insert=True)
        return answer


def once_then(
    *, scope: str, key: str, body: Any, effect: Callable[[], str], then: Callable[[str], Answer], now: datetime
) -> Answer:
    """Run `effect` once per (scope, key), then finish the answer outside of its transaction.

    `effect` returns the name of what it made, which `then` gets; `then` must be safe to run again, as it is when a
    process died before its answer was stored. Raises KeyReused or KeyInFlight, and whatever the two raise.
    """
    with transaction.atomic(durable=True):
        row = _claim(scope, key, request_hash(body))
        if row.pk is not None and row.state == IdempotencyKey.State.DONE:
            return Answer(row.status or 200, row.response, replayed=True)
        _lease(row, effect, now)
    try:
        answer = then(row.subject)
    except BaseException:
        _started(row).update(leased_until=now)
        raise
    _started(row).update(state=IdempotencyKey.State.DONE, status=answer.status, response=answer.body, leased_until=None)
    return answer


def request_hash(body: Any) -> str:
    return hashlib.sha256(json.dumps(body, sort_keys=True, default=str).encode()).hexdigest()


def forget_old(*, now: datetime) -> int:
    """Drop keys older than a day; returns how many."""
    return IdempotencyKey.objects.filter(created_at__lt=now - KEPT).delete()[0]


def _claim(scope: str, key: str, digest: str) -> IdempotencyKey:
    """The key's row, or a new one that is not saved yet; until the transaction ends nobody else gets either."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_lock_number(scope, key)])
        (is_ours,) = cursor.fetchone()
    if not is_ours and guards.stands("idempotency.claim"):
        raise KeyInFlight
    # Looked up after the lock, so that what its last holder committed is seen.
    row = IdempotencyKey.objects.filter(scope=scope, key=key).first()
    if row is None:
        return IdempotencyKey(scope=scope, key=key, request_hash=digest, created_at=clock.now())
    if row.request_hash != digest:
        raise KeyReused
    return row


def _lease(row: IdempotencyKey, effect: Callable[[], str], now: datetime) -> None:
    """Do the effect of a new key, or take over an old one whose worker has not come back. Raises KeyInFlight."""
    if row.pk is None:
        row.state, row.subject, row.leased_until = IdempotencyKey.State.STARTED, effect(), now + LEASE
        row.save(force_insert=True)
        return
    if row.leased_until is not None and row.leased_until > now:
        raise KeyInFlight
    _started(row).update(leased_until=now + LEASE)


def _started(row: IdempotencyKey) -> models.QuerySet[IdempotencyKey]:
    return IdempotencyKey.objects.filter(pk=row.pk, state=IdempotencyKey.State.STARTED)


def _lock_number(scope: str, key: str) -> int:
    """A signed 64-bit number for PostgreSQL's advisory locks."""
    return int.from_bytes(hashlib.sha256(f"{scope}\0{key}".encode()).digest()[:8], signed=True)
