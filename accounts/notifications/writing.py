"""Writes of the inbox. Each is one statement that decides by itself, so that nothing is told twice or lost."""

import json
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from accounts.notifications.models import Notification
from accounts.notifications.words import Kind
from shopcloud.lib import guards

KEPT = timedelta(days=180)
_TELL = """
INSERT INTO accounts_notification (user_id, kind, key, facts, created_at)
SELECT person.id, %(kind)s, %(key)s, %(facts)s::jsonb, %(now)s
FROM accounts_user AS person WHERE person.id = ANY(%(people)s) AND person.is_active
ON CONFLICT (user_id, key) DO NOTHING
RETURNING id, user_id
"""


class NotificationNotFound(LookupError):
    """There is no such notification, or it is somebody else's."""


def tell(
    *, people: Collection[int], kind: Kind, key: str, facts: Mapping[str, Any], now: datetime
) -> list[tuple[int, int]]:
    """Put one occurrence into the inboxes of people who have not been told of it; their new rows as (id, person).

    `key` names the occurrence. Told again, or by two workers at once, it is written once.
    """
    if not guards.stands("notifications.once"):
        key = f"{key}:{now.timestamp()}"
    told: dict[str, Any] = {
        "kind": kind.value,
        "key": key,
        "facts": json.dumps(facts),
        "now": now,
        "people": list(people),
    }
    with connection.cursor() as cursor:
        cursor.execute(_TELL, told)
        return [(int(pk), int(person)) for pk, person in cursor.fetchall()]


def mark_read(*, user_id: int, notification_id: int, now: datetime) -> Notification:
    """Note that the person saw it; seen before it keeps its time. Raises NotificationNotFound."""
    mine = Notification.objects.filter(user_id=user_id, pk=notification_id)
    mine.filter(read_at=None).update(read_at=now)
    found = mine.first()
    if found is None:
        raise NotificationNotFound(notification_id)
    return found


def mark_all_read(*, user_id: int, up_to: int, now: datetime) -> int:
    """Note that the person saw all up to this one: what came while they read stays new. How many those were."""
    return Notification.objects.filter(user_id=user_id, pk__lte=up_to, read_at=None).update(read_at=now)


def delete(*, user_id: int, notification_id: int) -> None:
    """Take one out of the inbox. Raises NotificationNotFound."""
    if not Notification.objects.filter(user_id=user_id, pk=notification_id).delete()[0]:
        raise NotificationNotFound(notification_id)


def erase_of(user_id: int) -> int:
    """Forget all of a person's; how many there were."""
    return Notification.objects.filter(user_id=user_id).delete()[0]
