"""Idempotency keys: the same request sent twice has one effect and gets the same answer, byte for byte.

A request holds an advisory lock on its key while it works; whoever comes meanwhile is told so at once. The lock is the
session's, not a transaction's: no transaction is open while an effect asks other tiers. The key's row is written in the
transaction of the effect: either both are there or neither. Where an answer needs work after that transaction (a
payment), the row is STARTED until the answer is stored; if the process dies in between, its lock dies with it, and the
next request with the key goes on from there.
"""

import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db import InterfaceError, OperationalError, models

from shopcloud.lib import clock, guards, prepared, residency

KEPT = timedelta(hours=24)
MAX_LENGTH = 255
# Writes down what an effect made, in the effect's own transaction.
Note = Callable[[str], None]


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
    status = models.PositiveSmallIntegerField(null=True)
    response = models.TextField(blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["scope", "key"], name="idempotency_once")]
        indexes = [models.Index(fields=["created_at"], name="idempotency_created")]

    def __str__(self) -> str:
        return f"{self.scope}:{self.key}"


def once(*, scope: str, key: str, body: Any, effect: Callable[[], Answer]) -> Answer:
    """Run `effect` once per (scope, key), in the transaction that stores its answer; it must not leave PostgreSQL.

    If it raises, the key is released with everything else. Raises KeyReused or KeyInFlight.
    """
    with _held(scope, key), residency.atomic():
        row = _row(scope, key, request_hash(body))
        if row.pk is not None:
            return Answer(row.status or 200, row.response, replayed=True)
        answer = effect()
        row.status, row.response = answer.status, answer.body
        prepared.insert(row)
        return answer


def once_then(
    *, scope: str, key: str, body: Any, effect: Callable[[Note], str], then: Callable[[str], Answer]
) -> Answer:
    """Run `effect` once per (scope, key), then finish the answer by `then`.

    `effect` opens its own transaction, and in it calls what it is given with the name of what it made; it returns that
    name, which `then` gets. `then` must be safe to run again, as it is when a process died before its answer was
    stored. Raises KeyReused or KeyInFlight, and whatever the two raise.
    """
    with _held(scope, key):
        row = _row(scope, key, request_hash(body))
        if row.pk is not None and row.state == IdempotencyKey.State.DONE:
            return Answer(row.status or 200, row.response, replayed=True)
        subject = effect(partial(_note, row)) if row.pk is None else row.subject
        answer = then(subject)
        done = {"state": IdempotencyKey.State.DONE, "status": answer.status, "response": answer.body}
        prepared.move(row, "state", origins=[IdempotencyKey.State.STARTED], changes=done)
        return answer


def request_hash(body: Any) -> str:
    return hashlib.sha256(json.dumps(body, sort_keys=True, default=str).encode()).hexdigest()


def forget_old(*, now: datetime) -> int:
    """Drop keys older than a day; returns how many."""
    return IdempotencyKey.objects.filter(created_at__lt=now - KEPT).delete()[0]


@contextmanager
def _held(scope: str, key: str) -> Iterator[None]:
    """Nobody else works on the key meanwhile. Raises KeyInFlight where somebody does."""
    number = _lock_number(scope, key)
    with residency.connection().cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [number])
        (is_ours,) = cursor.fetchone()
    if not is_ours and guards.stands("idempotency.claim"):
        raise KeyInFlight
    try:
        yield
    finally:
        # A session that broke has let go already.
        with suppress(OperationalError, InterfaceError), residency.connection().cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [number])


def _row(scope: str, key: str, digest: str) -> IdempotencyKey:
    """The key's row, or a new one that is not saved yet. Raises KeyReused."""
    found = prepared.select(IdempotencyKey, scope=scope, key=key)
    if not found:
        return IdempotencyKey(scope=scope, key=key, request_hash=digest, created_at=clock.now())
    if found[0].request_hash != digest:
        raise KeyReused
    return found[0]


def _note(row: IdempotencyKey, subject: str) -> None:
    """Write the key's row in the transaction of the effect; again if that one was rolled back."""
    row.pk, row.state, row.subject = None, IdempotencyKey.State.STARTED, subject
    prepared.insert(row)


def _lock_number(scope: str, key: str) -> int:
    """A signed 64-bit number for PostgreSQL's advisory locks."""
    return int.from_bytes(hashlib.sha256(f"{scope}\0{key}".encode()).digest()[:8], signed=True)
