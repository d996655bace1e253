"""Rate limits: fixed windows in Redis, one round trip each. Without Redis nobody is turned away from the API; where
somebody could try things out, `within` lets the outage be told instead.
"""

import time
from typing import TYPE_CHECKING, Any

from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle, ScopedRateThrottle, UserRateThrottle

from shopcloud.lib import redis

if TYPE_CHECKING:
    # DRF's views import the throttles that the settings name: this module.
    from rest_framework.views import APIView


def within(name: str, *, most: int, seconds: int) -> bool:
    """Count one use of `name`; False once there were more than `most` in this window. Raises redis.Unavailable."""
    counter = redis.key("rate", name, str(int(time.time() // seconds)))
    pipe = redis.store().pipeline(transaction=False)
    pipe.incr(counter)
    pipe.expire(counter, seconds)
    return int(pipe.execute()[0]) <= most


def client_of(request: Any) -> str:
    """The address a request comes from, behind as many proxies as the settings trust."""
    return BaseThrottle().get_ident(request)


class _RedisWindow:
    """Replaces DRF's read-then-write history by one atomic counter per window."""

    rate: str | None
    num_requests: int
    duration: int

    def _count(self, key: str) -> bool:
        try:
            return within(key, most=self.num_requests, seconds=self.duration)
        except redis.Unavailable:
            return True

    def wait(self) -> float:
        return self.duration - time.time() % self.duration


class ClientThrottle(_RedisWindow, UserRateThrottle):
    """Everything one client does, by account or by address."""

    scope = "client"

    def allow_request(self, request: Request, view: "APIView") -> bool:
        key = self.get_cache_key(request, view)
        return key is None or self._count(key)


class ScopeThrottle(_RedisWindow, ScopedRateThrottle):
    """Tighter limits of views that name a `throttle_scope`."""

    def allow_request(self, request: Request, view: Any) -> bool:
        self.scope = getattr(view, "throttle_scope", None)
        if not self.scope:
            return True
        self.rate = self.get_rate()
        self.num_requests, self.duration = self.parse_rate(self.rate)  # type: ignore[assignment]
        key = self.get_cache_key(request, view)
        return key is None or self._count(key)
