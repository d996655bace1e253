"""From the stream to the lake: at least once. An entry leaves the stream only after its file stands in S3.

A worker that dies after the upload has its entries shipped again by another; readers count an `event_id` once.
"""

import hashlib
import os
import socket
from collections import defaultdict
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from redis.exceptions import ResponseError

from analytics import store
from analytics.capture import FIELD, stream_key
from analytics.events import BadClick, Click, parse
from analytics.tables import CLICKSTREAM, to_parquet
from shopcloud.lib import redis

GROUP = "lake"
BATCH = 5_000
MAX_BATCHES = 200
# Longer than any batch takes: what is unacknowledged for so long belonged to a worker that died.
ABANDONED_MS = 120_000
REJECTED = "clickstream_rejected"

Entries = list[tuple[bytes, dict[bytes, bytes]]]


@dataclass(slots=True)
class Shipment:
    """What one run moved."""

    clicks: int = 0
    rejected: int = 0
    files: int = 0


def ship(*, now: datetime, abandoned_ms: int = ABANDONED_MS, batch: int = BATCH) -> Shipment:
    """Drain the stream. Raises LakeUnavailable (nothing is lost: the entries stay) and redis.Unavailable."""
    shipment = Shipment()
    consumer = f"{socket.gethostname()}-{os.getpid()}"
    _make_group()
    for _round in range(MAX_BATCHES):
        entries = _abandoned(consumer, abandoned_ms, batch) or _new(consumer, batch)
        if not entries:
            break
        _upload(entries, shipment, now)
        _acknowledge([entry_id for entry_id, _ in entries])
    _leave(consumer)
    return shipment


def _make_group() -> None:
    try:
        redis.store().xgroup_create(stream_key(), GROUP, id="0", mkstream=True)
    except ResponseError as error:
        if "BUSYGROUP" not in str(error):
            raise


def _abandoned(consumer: str, idle_ms: int, count: int) -> Entries:
    answer: Any = redis.store().xautoclaim(stream_key(), GROUP, consumer, idle_ms, count=count)
    return [entry for entry in answer[1] if entry[1]]


def _new(consumer: str, count: int) -> Entries:
    answer: Any = redis.store().xreadgroup(GROUP, consumer, {stream_key(): ">"}, count=count)
    streams = answer.items() if isinstance(answer, dict) else answer or []
    return [entry for _, entries in streams for entry in _flat(entries)]


def _flat(entries: Any) -> Entries:
    # A cluster's client answers with one list more around the entries.
    return entries[0] if entries and isinstance(entries[0], list) else entries


def _acknowledge(entry_ids: list[bytes]) -> None:
    redis.store().xack(stream_key(), GROUP, *entry_ids)
    redis.store().xdel(stream_key(), *entry_ids)


def _leave(consumer: str) -> None:
    """Forget a consumer that owes nothing, so that a group does not grow by one with every restarted worker."""
    waiting: Any = redis.store().xpending_range(stream_key(), GROUP, "-", "+", 1, consumername=consumer)
    if not waiting:
        redis.store().xgroup_delconsumer(stream_key(), GROUP, consumer)


def _upload(entries: Entries, shipment: Shipment, now: datetime) -> None:
    days: dict[date, list[Click]] = defaultdict(list)
    rejected: list[bytes] = []
    for _entry_id, fields in entries:
        raw = fields.get(FIELD.encode(), b"")
        try:
            click = parse(raw)
        except BadClick:
            rejected.append(raw)
        else:
            days[click.occurred_at.date()].append(click)
    # The same entries make the same name: shipped again, they overwrite their file.
    batch_id = hashlib.sha256(b",".join(entry_id for entry_id, _ in entries)).hexdigest()[:24]
    for day, clicks in days.items():
        store.put(f"{CLICKSTREAM.folder(day)}{batch_id}.parquet", to_parquet(CLICKSTREAM, map(asdict, clicks)))
        shipment.clicks += len(clicks)
        shipment.files += 1
    if rejected:
        folder = CLICKSTREAM.folder(now.date()).replace(CLICKSTREAM.name, REJECTED, 1)
        store.put(f"{folder}{batch_id}.txt", b"\n".join(rejected))
        shipment.rejected += len(rejected)
