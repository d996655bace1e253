"""How long the shop keeps what it needs for a while: every period that no other task watches, in one place.

Carts, alerts, files of imports, delivered events and answers of apps are let go by the tasks beside their own work.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from allauth.usersessions.models import UserSession
from axes.models import AccessAttempt, AccessFailureLog, AccessLog

from accounts.models import DataExport, ErasureRequest, Notification
from accounts.notifications.writing import KEPT
from orders.models import PartnerDelivery
from shopcloud.lib.audit import AuditEntry

BATCH = 1000
MOST_BATCHES = 50


@dataclass(frozen=True, slots=True)
class Period:
    """Rows of `model` go when `column` is `kept` ago; rows without a time there stay."""

    name: str
    model: Any
    column: str
    kept: timedelta


PERIODS = (
    # Long enough to see who tries passwords, and no longer.
    Period("sign-in attempts", AccessAttempt, "attempt_time", timedelta(days=90)),
    Period("failed sign-ins", AccessFailureLog, "attempt_time", timedelta(days=90)),
    Period("sign-ins", AccessLog, "attempt_time", timedelta(days=90)),
    # Long enough for partners to ask what was sent to them.
    Period("webhooks to partners", PartnerDelivery, "created_at", timedelta(days=30)),
    # The list of devices: a session ends half an hour after its last page, an app's a month after.
    Period("sessions", UserSession, "created_at", timedelta(days=90)),
    # That a copy was asked for; its file went after a week.
    Period("copies of data", DataExport, "ready_at", timedelta(days=365)),
    Period("notifications", Notification, "created_at", KEPT),
    # As long as claims may be made about what staff did.
    Period("changes by staff", AuditEntry, "at", timedelta(days=3 * 365)),
    # The time in which somebody may claim that they were not forgotten.
    Period("certificates of erasure", ErasureRequest, "finished_at", timedelta(days=3 * 365)),
)


def sweep(*, now: datetime, batch: int = BATCH) -> dict[str, int]:
    """Let go of what is past its period, in batches of bounded number; what is left goes the next night."""
    return {period.name: _swept(period, before=now - period.kept, batch=batch) for period in PERIODS}


def _swept(period: Period, *, before: datetime, batch: int) -> int:
    gone = 0
    for _round in range(MOST_BATCHES):
        old = period.model.objects.filter(**{f"{period.column}__lt": before})
        some = list(old.order_by(period.column).values_list("pk", flat=True)[:batch])
        gone += period.model.objects.filter(pk__in=some).delete()[0]
        if len(some) < batch:
            break
    return gone
