"""Clicks made by hand, and what waits in the stream."""

import json
import uuid
from datetime import UTC, datetime, timedelta

from analytics.capture import FIELD, record, stream_key
from analytics.events import Click, EventType
from shopcloud.lib import redis

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def click(minutes: int = 0, **changes) -> Click:
    given = {"event_id": str(uuid.uuid4()), "event_type": EventType.PAGE_VIEW, "path": "/", "market": "us"}
    return Click(**{**given, "occurred_at": NOON + timedelta(minutes=minutes), **changes})


def recorded(number: int, **changes) -> list[Click]:
    made = [click(i, **changes) for i in range(number)]
    for one in made:
        record(one)
    return made


def waiting() -> list[dict]:
    return [json.loads(fields[FIELD.encode()]) for _, fields in redis.store().xrange(stream_key())]
