"""Messages to open pages: Redis pub/sub in, Server-Sent Events out."""

import asyncio
import contextlib
import json
from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Mapping
from typing import Any

import structlog

from shopcloud.lib import metrics, redis, tracing
from shopcloud.lib.feeds import ANSWER_SECONDS, HEARTBEAT_SECONDS

# A browser reconnects by itself; ending the stream now and then spreads clients over processes after a deploy.
STREAM_SECONDS = 600
# The last message of a channel is kept this long, so that a page that opens later starts from the truth.
LAST_SECONDS = 7 * 24 * 3600
# Two changes may be told in the other order: what is older than the last message is not sent at all.
_SEND = """
local last = redis.call('GET', KEYS[1])
if last and (cjson.decode(last)['version'] or 0) > tonumber(ARGV[2]) then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'EX', ARGV[3])
redis.call('PUBLISH', ARGV[4], ARGV[1])
return 1
"""
log = structlog.get_logger()


def publish(messages: Mapping[str, dict[str, Any]]) -> None:
    """Send each to everyone listening on its channel, and keep it as that one's last message, unless the `version` of
    the last is higher. One round trip for all, over a cluster one a node.

    A store that is away loses the push, not the caller's work.
    """
    calls = [
        (redis.key("last", name), json.dumps(said), said.get("version", 0), LAST_SECONDS, redis.key("live", name))
        for name, said in messages.items()
    ]
    try:
        redis.run_each(_SEND, calls)
    except redis.Unavailable:
        log.warning("realtime.publish_failed", channels=list(messages))


async def stream(channels: Iterable[str], *, event: str) -> AsyncIterator[bytes]:
    """Server-Sent Events of all `channels`: first each one's last message, then what comes, with heartbeats."""
    names = list(channels)
    client = redis.async_store(read_seconds=ANSWER_SECONDS)
    pubsub = client.pubsub()
    with metrics.streaming(event):
        try:
            async with contextlib.aclosing(_frames(client, pubsub, names, event)) as frames:
                async for frame in frames:
                    yield frame
        except redis.Unavailable:
            metrics.STREAMS_LOST.labels(event).inc()
            log.warning("realtime.stream_lost", channels=names)
        finally:
            for opened in (pubsub, client):
                with contextlib.suppress(*redis.Unavailable):
                    await opened.aclose()


async def _frames(client: Any, pubsub: Any, names: list[str], event: str) -> AsyncGenerator[bytes]:
    # What is traced is the opening: the minutes after it are waiting.
    with tracing.step("stream", event=event):
        # A cluster's client cannot subscribe before it knows the nodes.
        await client.initialize()
        # Subscribe before reading the last messages: a change in between is then seen twice rather than never.
        await pubsub.subscribe(*(redis.key("live", n) for n in names))
        lasts = [await client.get(redis.key("last", name)) for name in names]
    yield b"retry: 2000\n\n"
    for last in lasts:
        if last:
            yield _frame(event, last)
    deadline, asked = asyncio.get_running_loop().time() + STREAM_SECONDS, False
    while asyncio.get_running_loop().time() < deadline:
        message = await pubsub.get_message(timeout=HEARTBEAT_SECONDS)
        if message is None:
            # A store that went away without a word looks like one that has nothing to tell: it is asked.
            if asked:
                raise redis.NoAnswer
            await pubsub.ping()
            yield b": still here\n\n"
        elif message["type"] == "message":
            yield _frame(event, message["data"])
        asked = message is None


def _frame(event: str, data: bytes) -> bytes:
    metrics.STREAM_MESSAGES.labels(event).inc()
    return b"event: " + event.encode() + b"\ndata: " + data + b"\n\n"
