"""Feeds: what one listener is told, kept for a while in Redis, so that whoever lost the line misses nothing.

A feed is a Redis stream. Its ids only grow, so the id of the last message heard is all a listener has to remember.
"""

import asyncio
import contextlib
import json
import re
import time
from collections.abc import AsyncGenerator, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import structlog

from shopcloud.lib import ids, redis

# So many of a feed's messages are kept, for so long after the last one.
KEPT, KEPT_SECONDS = 100, 2 * 24 * 3600
HEARTBEAT_SECONDS = 15
ANSWER_SECONDS = 5
# A seat whose holder was not heard of for so long is free again: its process died.
SEAT_SECONDS = 4 * HEARTBEAT_SECONDS
PIPELINED = 500
_ID = re.compile(r"\d{1,19}-\d{1,19}")
# ARGV: now, until, seat, most. A seat that is held already is held longer.
_SIT = """
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', ARGV[1])
if not redis.call('ZSCORE', KEYS[1], ARGV[3]) and redis.call('ZCARD', KEYS[1]) >= tonumber(ARGV[4]) then return 0 end
redis.call('ZADD', KEYS[1], ARGV[2], ARGV[3])
redis.call('EXPIRE', KEYS[1], 3600)
return 1
"""
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Message:
    id: str
    event: str
    data: Mapping[str, Any]


def send(event: str, messages: Iterable[tuple[str, Mapping[str, Any]]]) -> None:
    """Add one message to each feed: pairs of a feed's name and the data.

    A store that is away loses the push, not the caller's work.
    """
    told = list(messages)
    try:
        for start in range(0, len(told), PIPELINED):
            pipe = redis.store().pipeline(transaction=False)
            for name, data in told[start : start + PIPELINED]:
                fields = {"event": event, "data": json.dumps(data)}
                pipe.xadd(_key(name), fields, maxlen=KEPT, approximate=True)
                pipe.expire(_key(name), KEPT_SECONDS)
            pipe.execute()
    except redis.Unavailable:
        log.warning("feeds.send_failed", messages=len(told))


def forget(name: str) -> None:
    """Drop all that a feed keeps."""
    redis.store().delete(_key(name))


async def take_seat(name: str, *, most: int, seat: str = "") -> str:
    """One of the `most` seats of those who follow a feed at once, by its name; empty where all are taken.

    With `seat`, that one is held for longer. Raises redis.Unavailable.
    """
    seat, now = seat or ids.secret_token(), time.time()
    client = redis.async_store(read_seconds=ANSWER_SECONDS)
    try:
        given = await client.eval(_SIT, 1, _seats(name), str(now), str(now + SEAT_SECONDS), seat, str(most))
    finally:
        await client.aclose()
    return seat if int(given) else ""


async def leave_seat(name: str, seat: str) -> None:
    client = redis.async_store(read_seconds=ANSWER_SECONDS)
    with contextlib.suppress(*redis.Unavailable):
        await client.zrem(_seats(name), seat)
    with contextlib.suppress(*redis.Unavailable):
        await client.aclose()


async def position(name: str, *, after: str = "") -> str:
    """Where to begin with a feed: after the message with that id, or else with what comes now.

    Raises redis.Unavailable.
    """
    if _ID.fullmatch(after):
        return after
    client = redis.async_store(read_seconds=ANSWER_SECONDS)
    try:
        found = await client.xrevrange(_key(name), count=1)
    finally:
        await client.aclose()
    return str(found[0][0].decode()) if found else "0-0"


async def follow(name: str, *, start: str, seconds: float) -> AsyncGenerator[Message | None]:
    """What a feed is told after a position; None where nothing came for a while. Ends after `seconds`, or when the
    store is away.
    """
    client, key = redis.async_store(read_seconds=HEARTBEAT_SECONDS + ANSWER_SECONDS), _key(name)
    end, last = asyncio.get_running_loop().time() + seconds, start
    try:
        while (left := end - asyncio.get_running_loop().time()) > 0:
            wait = max(1, int(min(left, HEARTBEAT_SECONDS) * 1000))
            found = await client.xread({key: last}, block=wait, count=KEPT)
            if not found:
                yield None
            for message in _messages(found):
                last = message.id
                yield message
    except redis.Unavailable:
        log.warning("feeds.lost")
    finally:
        with contextlib.suppress(*redis.Unavailable):
            await client.aclose()


def _messages(found: Any) -> list[Message]:
    # A list of pairs, or a dict with the newer protocol; nothing at all when the time was up.
    pairs = found.items() if isinstance(found, dict) else found
    rows = [row for _key, told in pairs for row in told]
    return [Message(pk.decode(), said[b"event"].decode(), json.loads(said[b"data"])) for pk, said in rows]


def _key(name: str) -> str:
    return redis.key("feed", name)


def _seats(name: str) -> str:
    return redis.key("feed-seats", name)
