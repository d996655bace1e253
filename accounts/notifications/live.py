"""`/events/me/`: a signed-in person's notifications and orders as they change, for pages and apps."""

import json
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any
from urllib.parse import urlsplit

from asgiref.sync import sync_to_async
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils import translation

from accounts.notifications.listener import Listener, listener_of, unread_of
from accounts.notifications.pushing import feed_of
from accounts.notifications.words import words
from shopcloud.lib import feeds, metrics, redis, tracing
from shopcloud.lib.market import Market, markets

# Open pages and devices of one person.
MOST_STREAMS = 8
# Whoever listens shows anew who they are after this long; the browser reconnects by itself.
STREAM_SECONDS = 600


async def own_events(request: HttpRequest) -> HttpResponseBase:
    """Server-Sent Events for the person of the session or of `Authorization: Bearer`.

    `unread` of `{"count"}` comes first; then `notification` of `{"id", "kind", "title", "text", "facts",
    "created_at"}` and `order` of `{"order", "kind"}`. Each has an id: sent back as `Last-Event-ID`, or at first as
    `?after=`, it brings what came meanwhile. `?market=` says in which language and currency.
    """
    if request.method != "GET":
        return _refused(405, "Only GET.", Allow="GET")
    try:
        listener = await sync_to_async(listener_of)(request)
        if listener is None:
            return _refused(401, "Sign in first.")
        seat = await feeds.take_seat(feed_of(listener.user_id), most=MOST_STREAMS)
    except redis.Unavailable:
        return _refused(503, "Try again in a moment.", **{"Retry-After": "5"})
    if not seat:
        return _refused(429, f"One person listens {MOST_STREAMS} times at once.", **{"Retry-After": "60"})
    after = request.headers.get("Last-Event-ID") or request.GET.get("after", "")
    market = _market(request.GET.get("market", ""), listener.language)
    stream = _counted(_stream(listener, seat, market=market, after=after))
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no", **_for_our_pages(request)}
    return StreamingHttpResponse(stream, content_type="text/event-stream", headers=headers)


async def _counted(stream: AsyncGenerator[bytes]) -> AsyncGenerator[bytes]:
    with metrics.streaming("own"):
        async with aclosing(stream):
            async for frame in stream:
                yield frame


async def _stream(listener: Listener, seat: str, *, market: Market, after: str) -> AsyncGenerator[bytes]:
    feed = feed_of(listener.user_id)
    seconds = STREAM_SECONDS if listener.seconds is None else min(STREAM_SECONDS, listener.seconds)
    try:
        # Where to begin is settled before anything is said: what comes from here on is counted or told, never lost.
        with tracing.step("stream", event="own"):
            start = await feeds.position(feed, after=after)
            unread = await sync_to_async(unread_of)(listener)
        yield b"retry: 3000\n\n" + _frame("unread", {"count": unread}, id=start)
        # Closed at once when the browser goes, not when the garbage is collected.
        async with aclosing(feeds.follow(feed, start=start, seconds=seconds)) as messages:
            async for message in messages:
                if message is not None:
                    metrics.STREAM_MESSAGES.labels("own").inc()
                    data = _in_words(message.data, market) if message.event == "notification" else message.data
                    yield _frame(message.event, data, id=message.id)
                    continue
                if not await sync_to_async(listener.is_still)():
                    return
                await feeds.take_seat(feed, most=MOST_STREAMS, seat=seat)
                yield b": still here\n\n"
    except redis.Unavailable:
        # The browser comes back by itself, with the id of what it heard last.
        metrics.STREAMS_LOST.labels("own").inc()
        return
    finally:
        await feeds.leave_seat(feed, seat)


def _in_words(data: Any, market: Market) -> dict[str, Any]:
    with translation.override(market.language):
        said = words(data["kind"], data["facts"], market=market)
    return {**data, "title": said.title, "text": said.text}


def _market(code: str, language: str) -> Market:
    """The market that was named, or the one that speaks the person's language."""
    table = markets()
    return table.get(code) or next((m for m in table.values() if m.language == language), next(iter(table.values())))


def _frame(event: str, data: Any, *, id: str = "") -> bytes:
    named = f"id: {id}\n" if id else ""
    return f"{named}event: {event}\ndata: {json.dumps(data)}\n\n".encode()


def _for_our_pages(request: HttpRequest) -> dict[str, str]:
    """The storefront may be on another origin than this process; nobody else's page may listen."""
    ours = urlsplit(settings.PUBLIC_URL)
    origin = f"{ours.scheme}://{ours.netloc}"
    if request.headers.get("Origin") != origin:
        return {"Vary": "Origin"}
    return {"Vary": "Origin", "Access-Control-Allow-Origin": origin, "Access-Control-Allow-Credentials": "true"}


def _refused(status: int, text: str, **headers: str) -> HttpResponse:
    told = {"Cache-Control": "no-store", **headers}
    return HttpResponse(text, status=status, content_type="text/plain", headers=told)
