"""Idempotency keys: the same request sent twice has one effect and gets the same answer.

The key is claimed, the effect done and the answer stored in one transaction: either all of it is there or nothing.
A second request that arrives while the first is in flight waits for the row's lock no longer than the lock timeout.
"""

import hashlib
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, OperationalError, models, transaction

from shopcloud.lib import clock

KEPT = timedelta(hours=24)
MAX_LENGTH = 255


class KeyReused(Exception):
    """The key was used before with another body: a programming error of the client, answered 422."""

    def __str__(self) -> str:
        return "This Idempotency-Key was used with a different request. Send a new key for a new request."


class KeyInFlight(Exception):
    """The first request with this key has not finished: answered 409 with Retry-After."""

    def __str__(self) -> str:
        return "A request with this Idempotency-Key is still being worked on. Try again in a second."


class IdempotencyKey(models.Model):
    scope = models.CharField(max_length=120)
    key = models.CharField(max_length=MAX_LENGTH)
    request_hash = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    response = models.JSONField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["scope", "key"], name="idempotency_once")]
        indexes = [models.Index(fields=["created_at"], name="idempotency_created")]

    def __str__(self) -> str:
        return f"{self.scope}:{self.key}"


def request_hash(body: Any) -> str:
    return hashlib.sha256(json.dumps(body, sort_keys=True, default=str).encode()).hexdigest()


def once(*, scope: str, key: str, body: Any, effect: Callable[[], tuple[int, Any]]) -> tuple[int, Any, bool]:
    """Run `effect` once per (scope, key). Returns (HTTP status, JSON body, replayed).

    `effect` runs inside the transaction; if it raises, the key is released with everything else.
    Raises KeyReused or KeyInFlight.
    """
    digest = request_hash(body)
    replay = _stored(scope, key, digest)
    if replay is not None:
        return (*replay, True)
    try:
        with transaction.atomic():
            row = IdempotencyKey.objects.create(scope=scope, key=key, request_hash=digest, created_at=clock.now())
            row.status, row.response = effect()
            row.save(update_fields=["status", "response"])
            return row.status, row.response, False
    except IntegrityError as error:
        if "idempotency_once" not in str(error):
            raise
        replay = _stored(scope, key, digest)
        if replay is None:
            raise KeyInFlight from None
        return (*replay, True)
    except OperationalError as error:
        if "lock timeout" in str(error):
            raise KeyInFlight from None
        raise


def _stored(scope: str, key: str, digest: str) -> tuple[int, Any] | None:
    row = IdempotencyKey.objects.filter(scope=scope, key=key).first()
    if row is None or row.status is None:
        return None
    if row.request_hash != digest:
        raise KeyReused
    return row.status, row.response


def forget_old(*, now: Any) -> int:
    """Drop keys older than a day; returns how many."""
    return IdempotencyKey.objects.filter(created_at__lt=now - KEPT).delete()[0]
