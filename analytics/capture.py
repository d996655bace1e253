"""Clicks into the stream: one round trip to Redis each, and never a page that fails or waits for it."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import structlog
from django.http import HttpRequest, HttpResponse
from redis.exceptions import RedisError

from analytics.consent import device_of, may_count, session_of
from analytics.events import Click, EventType, host_of, of_search
from shopcloud.lib import clock, ids, redis
from shopcloud.lib.resilience import CircuitOpen, breaker

log = structlog.get_logger()
# The buffer between two shipments; past it the oldest clicks give way, never the memory of the store.
STREAM_LENGTH = 500_000
FIELD = "click"
MAX_QUANTITY = 10_000

# Requests that no cache answers, by method and URL name. The beacon tells of the others.
ACTIONS = {
    ("GET", "api-search"): EventType.SEARCH,
    ("POST", "cart-lines"): EventType.ADD_TO_CART,
    ("POST", "cart-line"): EventType.CHANGE_CART,
    ("GET", "checkout"): EventType.CHECKOUT_VIEW,
    ("POST", "checkout"): EventType.CHECKOUT_SUBMIT,
    ("POST", "order-payment"): EventType.PAYMENT_RETRY,
}


def stream_key() -> str:
    return redis.key("clicks")


def record(click: Click, *, also: Callable[[Any], None] | None = None) -> None:
    """Put a click into the stream, and what `also` puts into the same round trip.

    A store that is away loses it, and nothing else happens.
    """
    try:
        with breaker("clicks").calling():
            pipe = redis.store().pipeline(transaction=False) if also else redis.store()
            pipe.xadd(stream_key(), {FIELD: click.to_json()}, maxlen=STREAM_LENGTH, approximate=True)
            if also:
                also(pipe)
                pipe.execute()
    except CircuitOpen:
        return
    except RedisError as error:
        log.warning("clicks.lost", reason=type(error).__name__)


class ClickstreamMiddleware:
    """Records the actions that succeeded, of visitors who agreed."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        match = request.resolver_match
        action = ACTIONS.get((request.method or "", match.url_name or "")) if match else None
        if action and response.status_code < 400 and may_count(request):
            record(_click(request, action, match.kwargs if match else {}, match.route if match else ""))
        return response


def _click(request: HttpRequest, action: EventType, matched: dict[str, Any], route: str) -> Click:
    form = request.POST
    click = Click(
        event_id=ids.event_id(),
        event_type=action,
        occurred_at=clock.now(),
        session=session_of(request),
        market=getattr(getattr(request, "market", None), "code", ""),
        # The route, not the path: an order's number or a guest's token stays out of the lake.
        path="/" + route,
        product_id=form.get("product_id", "")[:40],
        sku=str(matched.get("sku") or form.get("sku", ""))[:64],
        referrer_host=host_of(request.headers.get("Referer", ""), own=request.get_host()),
        device=device_of(request),
        value=_quantity(form.get("quantity", "")),
    )
    searched = getattr(request, "searched", None)
    return replace(click, **of_search(searched)) if searched else click


def _quantity(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and int(text[:6]) <= MAX_QUANTITY and len(text) < 6 else None
