"""Rate limits: fixed windows in Redis, one round trip each. Without Redis nobody is turned away from the API; where
somebody could try things out, `within` lets the outage be told instead.
"""

import math
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle, ScopedRateThrottle, UserRateThrottle

from shopcloud.lib import redis

if TYPE_CHECKING:
    # DRF's views import the throttles that the settings name: this module.
    from rest_framework.views import APIView

_USE = """
local used = redis.call('INCR', KEYS[1])
if used == 1 then redis.call('EXPIRE', KEYS[1], ARGV[1]) end
return used
"""


def within(name: str, *, most: int, seconds: int) -> bool:
    """Count one use of `name`; False once there were more than `most` in this window. Raises redis.Unavailable."""
    return _used(name, seconds) <= most


def _used(name: str, seconds: int) -> int:
    """How often `name` was used in this window, this time included."""
    counter = redis.key("rate", name, str(int(time.time() // seconds)))
    return int(redis.store().execute_command("EVAL", _USE, 1, counter, seconds))


def client_of(request: Any) -> str:
    """The address a request comes from, behind as many proxies as the settings trust."""
    return BaseThrottle().get_ident(request)


class _RedisWindow:
    """Replaces DRF's read-then-write history by one atomic counter per window."""

    rate: str | None
    scope: str | None
    num_requests: int
    duration: int

    def _count(self, request: Request, key: str) -> bool:
        try:
            used = _used(key, self.duration)
        except redis.Unavailable:
            return True
        left = max(self.num_requests - used, 0)
        policy = f'"{self.scope}";q={self.num_requests};w={self.duration}'
        told = getattr(request._request, "rate_limits", [])
        request._request.rate_limits = [*told, (policy, f'"{self.scope}";r={left};t={self.wait()}')]  # type: ignore[attr-defined]
        return used <= self.num_requests

    def wait(self) -> float:
        """Whole seconds until the window ends, one at least: clients that wait for none would be turned away again."""
        return max(math.ceil(self.duration - time.time() % self.duration), 1)


class ClientThrottle(_RedisWindow, UserRateThrottle):
    """Everything one client does, by account or by address."""

    scope = "client"

    def allow_request(self, request: Request, view: "APIView") -> bool:
        key = self.get_cache_key(request, view)
        return key is None or self._count(request, key)


class ScopeThrottle(_RedisWindow, ScopedRateThrottle):
    """Tighter limits of views that name a `throttle_scope`."""

    def allow_request(self, request: Request, view: Any) -> bool:
        self.scope = getattr(view, "throttle_scope", None)
        if not self.scope:
            return True
        self.rate = self.get_rate()
        self.num_requests, self.duration = self.parse_rate(self.rate)  # type: ignore[assignment]
        key = self.get_cache_key(request, view)
        return key is None or self._count(request, key)


class RateLimitMiddleware:
    """Tells clients of the API how much they may still ask: `RateLimit-Policy` and `RateLimit`, an entry a limit
    (draft-ietf-httpapi-ratelimit-headers).
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        limits: list[tuple[str, str]] = getattr(request, "rate_limits", [])
        if limits:
            response["RateLimit-Policy"] = ", ".join(policy for policy, _left in limits)
            response["RateLimit"] = ", ".join(left for _policy, left in limits)
        return response
