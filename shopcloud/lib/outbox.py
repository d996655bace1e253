"""The transactional outbox: events recorded with the change they tell of, delivered after commit.

A relay leases due rows with `FOR UPDATE SKIP LOCKED`, lets go of the lock, then runs the handlers: no lock is
held across a network call, and a relay that dies is taken over when its lease ends. Delivery is at least once;
handlers that succeeded are remembered, so only the failed ones run again. A handler that meets an outage waits it
out: only what fails while the tiers answer becomes a dead letter.
"""

import traceback
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.conf import settings
from django.db import InterfaceError, OperationalError, models
from kombu.exceptions import OperationalError as BrokerUnavailable

from shopcloud.lib import clock, events, metrics, observability, redis, residency, tracing
from shopcloud.lib.prepared import insert
from shopcloud.lib.resilience import CircuitOpen, TierUnavailable

LEASE = timedelta(seconds=60)
MAX_ATTEMPTS = 5
ORIGIN = "_origin"
OUTAGE_PAUSE = timedelta(seconds=10)
# How long an event waits for the relay of the region where it occurred.
ELSEWHERE = timedelta(seconds=10)
OUTAGES: tuple[type[Exception], ...] = (
    TierUnavailable,
    CircuitOpen,
    BrokerUnavailable,
    OperationalError,
    InterfaceError,
    *redis.Unavailable,
)
log = structlog.get_logger()

Handler = Callable[[Any], None]
Subscriptions = Mapping[type[events.Event], Iterable[Handler]]


class OutboxEvent(models.Model):
    """One recorded event. Delivered when `relayed_at` is set; dead when `attempts` reached MAX_ATTEMPTS."""

    event_name = models.CharField(max_length=80)
    payload = models.JSONField()
    recorded_at = models.DateTimeField()
    due_at = models.DateTimeField()
    relayed_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    delivered_to = models.JSONField(default=list)
    last_error = models.TextField(blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["due_at"],
                name="outbox_due",
                condition=models.Q(relayed_at__isnull=True, attempts__lt=MAX_ATTEMPTS),
            ),
            # Dead letters are few, and staff look for them on every visit.
            models.Index(
                fields=["id"],
                name="outbox_dead",
                condition=models.Q(relayed_at__isnull=True, attempts__gte=MAX_ATTEMPTS),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event_name} #{self.pk}"

    @property
    def is_dead(self) -> bool:
        return self.relayed_at is None and self.attempts >= MAX_ATTEMPTS

    def retry(self) -> None:
        """Put a dead letter back in the queue."""
        self.attempts = 0
        self.due_at = clock.now()
        self.save(update_fields=["attempts", "due_at"])


def record(*occurred: events.Event) -> None:
    """Store events in the caller's transaction, in one statement; they are delivered only if it commits."""
    at, origin = clock.now(), _origin()
    insert(*(OutboxEvent(event_name=e.name, payload=e.payload() | origin, recorded_at=at, due_at=at) for e in occurred))


def _origin() -> dict[str, dict[str, str]]:
    """The region, the request and the trace in which an event occurs, beside its own fields, where `events.load` passes
    it over.
    """
    return {ORIGIN: {"region": settings.AWS_REGION} | observability.bound("request_id") | tracing.carried()}


def relay(*, subscriptions: Subscriptions, now: datetime, limit: int = 100) -> int:
    """Deliver up to `limit` due events; returns how many were leased. Safe to run in several processes."""
    leased = _lease(now=now, limit=limit)
    for row in leased:
        origin = row.payload.get(ORIGIN, {})
        with (
            observability.about(**_subject(row, origin)),
            tracing.going_on(f"outbox {row.event_name}", origin, **_subject(row, origin), event=row.event_name),
        ):
            _deliver(row, subscriptions)
    return len(leased)


def _subject(row: OutboxEvent, origin: Mapping[str, str]) -> dict[str, str]:
    found = {"request_id": origin.get("request_id"), "order_number": row.payload.get("order_number")}
    return {name: value for name, value in found.items() if value}


def _lease(*, now: datetime, limit: int) -> list[OutboxEvent]:
    with residency.atomic():
        due = OutboxEvent.objects.filter(relayed_at__isnull=True, attempts__lt=MAX_ATTEMPTS, due_at__lte=now)
        rows = list(due.filter(_ours(now)).order_by("due_at", "pk").select_for_update(skip_locked=True)[:limit])
        # Attempts are counted when taken, not when failed: an event that kills its worker must not be tried forever.
        OutboxEvent.objects.filter(pk__in=[r.pk for r in rows]).update(
            due_at=now + LEASE, attempts=models.F("attempts") + 1
        )
    for row in rows:
        row.attempts += 1
    return rows


def _ours(now: datetime) -> models.Q:
    """Of what is due, what occurred in this region, whose index and kept pages are to follow at once; what other
    regions leave; and all where no other region relays this database.
    """
    if residency.has_several():
        return models.Q()
    here = models.Q(payload___origin__region=settings.AWS_REGION)
    unsaid = models.Q(payload___origin__region__isnull=True)  # by the release before
    return here | unsaid | models.Q(due_at__lte=now - ELSEWHERE)


def _deliver(row: OutboxEvent, subscriptions: Subscriptions) -> None:
    errors: list[str] = []
    waits_only = True
    try:
        event = events.load(row.event_name, row.payload)
        handlers = list(subscriptions.get(type(event), ()))
    except events.UnknownEvent as error:
        errors, waits_only, handlers, event = [str(error)], False, [], None
    for handler in handlers:
        label = f"{handler.__module__}.{handler.__qualname__}"
        if label in row.delivered_to:
            continue
        try:
            handler(event)
        except OUTAGES as outage:
            log.warning("outbox.waits", event_name=row.event_name, handler=label, reason=type(outage).__name__)
            errors.append(f"{label} waits: {type(outage).__name__}: {outage}")
        except Exception:
            log.exception("outbox.handler_failed", event_name=row.event_name, outbox_id=row.pk, handler=label)
            errors.append(traceback.format_exc(limit=8))
            waits_only = False
        else:
            row.delivered_to.append(label)
    _settle(row, errors, waits_only)


def _settle(row: OutboxEvent, errors: list[str], waits_only: bool) -> None:
    if errors and waits_only:
        # Taken back: the lease counted an attempt that the event is not to blame for.
        row.attempts -= 1
        row.due_at = clock.now() + OUTAGE_PAUSE
        metrics.OUTBOX_EVENTS.labels("waits").inc()
        row.last_error = "\n".join(errors)[:8000]
    elif errors:
        metrics.OUTBOX_EVENTS.labels("failed").inc()
        row.due_at = clock.now() + timedelta(seconds=2**row.attempts)
        row.last_error = "\n".join(errors)[:8000]
    else:
        row.relayed_at = clock.now()
        metrics.OUTBOX_EVENTS.labels("delivered").inc()
        metrics.OUTBOX_SECONDS.observe(max(0.0, (row.relayed_at - row.recorded_at).total_seconds()))
        row.last_error = ""
    row.save(update_fields=["attempts", "due_at", "relayed_at", "last_error", "delivered_to"])
