"""Which notifications are still to be mailed: each is handed to a worker, claimed by it once, and tried again where the
mail server does not answer."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F

from accounts.notifications.models import MOST_MAIL_ATTEMPTS, Notification
from shopcloud.lib import residency

# Handed over and not answered for so long: the task or its worker was lost, or the mail server was away.
LEASE = timedelta(minutes=10)
_HAND_OVER = """
UPDATE accounts_notification SET mail_due_at = %(until)s WHERE id IN (
    SELECT id FROM accounts_notification WHERE mail_due_at <= %(now)s AND mail_attempts < %(most)s
    ORDER BY mail_due_at LIMIT %(limit)s FOR UPDATE SKIP LOCKED
) RETURNING id, mail_attempts
"""


def due(*, now: datetime, limit: int = 5000) -> list[tuple[int, int]]:
    """(id, attempt) of the mails to hand to workers, which nobody else is given for the length of a lease."""
    told: dict[str, Any] = {"now": now, "until": now + LEASE, "most": MOST_MAIL_ATTEMPTS, "limit": limit}
    with residency.connection().cursor() as cursor:
        cursor.execute(_HAND_OVER, told)
        return [(int(pk), int(attempt)) for pk, attempt in cursor.fetchall()]


def claim(notification_id: int, attempt: int) -> bool:
    """Take one attempt; False if another worker did. Counted when taken: a mail that kills its worker ends some day."""
    mine = Notification.objects.filter(pk=notification_id, mail_attempts=attempt, mail_due_at__isnull=False)
    return bool(mine.update(mail_attempts=F("mail_attempts") + 1))


def done(notification_ids: Iterable[int]) -> None:
    """Sent, or not wanted any more."""
    Notification.objects.filter(pk__in=list(notification_ids)).update(mail_due_at=None)
