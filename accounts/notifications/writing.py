"""Writes of the inbox. Each is one statement that decides by itself, so that nothing is told twice or lost."""

import json
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from accounts.notifications import pushing
from accounts.notifications.models import Notification
from accounts.notifications.words import Kind
from shopcloud.lib import guards, residency

KEPT = timedelta(days=180)
_TELL = """
INSERT INTO accounts_notification (user_id, kind, key, facts, created_at, in_inbox, mail_due_at, mail_attempts)
SELECT id, %(kind)s, %(key)s, %(facts)s::jsonb, %(now)s, NOT muted, CASE WHEN mailed THEN %(now)s::timestamptz END, 0
FROM (
    SELECT person.id,
        EXISTS (SELECT FROM accounts_mutednotification AS m WHERE m.user_id = person.id AND m.kind = %(kind)s) AS muted,
        %(mail)s AND coalesce((
            SELECT granted FROM accounts_consent AS said WHERE said.user_id = person.id AND said.purpose = %(kind)s
            ORDER BY at DESC, id DESC LIMIT 1
        ), false) AS mailed
    FROM accounts_user AS person WHERE person.id = ANY(%(people)s) AND person.is_active
) AS person
WHERE mailed OR NOT muted
ON CONFLICT (user_id, key) DO NOTHING
RETURNING id, user_id, in_inbox
"""


class NotificationNotFound(LookupError):
    """There is no such notification, or it is somebody else's."""


def tell(
    *, people: Collection[int], kind: Kind, key: str, facts: Mapping[str, Any], now: datetime, mail: bool = True
) -> list[tuple[int, int]]:
    """Put one occurrence into the inboxes of people who have not been told of it; their new rows as (id, person).
    Whoever listens hears of it. Who silenced the kind is left out, who asked for mails of it gets one unless `mail` is
    False: they are told that way already.

    `key` names the occurrence. Told again, or by two workers at once, it is written once.
    """
    if not guards.stands("notifications.once"):
        key = f"{key}:{now.timestamp()}"
    told: dict[str, Any] = {"kind": kind.value, "key": key, "facts": json.dumps(facts), "now": now}
    told |= {"people": list(people), "mail": mail}
    with residency.connection().cursor() as cursor:
        cursor.execute(_TELL, told)
        made = [(int(pk), int(person), bool(shown)) for pk, person, shown in cursor.fetchall()]
    rows = [(pk, person) for pk, person, _shown in made]
    heard = [(pk, person) for pk, person, shown in made if shown]
    residency.on_commit(partial(pushing.push, heard, kind=kind, facts=facts, at=now), robust=True)
    return rows


def mark_read(*, user_id: int, notification_id: int, now: datetime) -> Notification:
    """Note that the person saw it; seen before it keeps its time. Raises NotificationNotFound."""
    mine = Notification.objects.filter(user_id=user_id, pk=notification_id, in_inbox=True)
    mine.filter(read_at=None).update(read_at=now)
    found = mine.first()
    if found is None:
        raise NotificationNotFound(notification_id)
    return found


def mark_all_read(*, user_id: int, up_to: int, now: datetime) -> int:
    """Note that the person saw all up to this one: what came while they read stays new. How many those were."""
    return Notification.objects.filter(user_id=user_id, pk__lte=up_to, in_inbox=True, read_at=None).update(read_at=now)


def delete(*, user_id: int, notification_id: int) -> None:
    """Take one out of the inbox. Raises NotificationNotFound."""
    if not Notification.objects.filter(user_id=user_id, pk=notification_id).delete()[0]:
        raise NotificationNotFound(notification_id)


def erase_of(user_id: int) -> int:
    """Forget all of a person's, also where it waits to be pushed; how many there were."""
    pushing.forget(user_id)
    return Notification.objects.filter(user_id=user_id).delete()[0]
