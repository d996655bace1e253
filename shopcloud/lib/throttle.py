"""Rate limits of the API: fixed windows in Redis, one round trip each; without Redis nobody is turned away."""

import time
from typing import TYPE_CHECKING, Any

from rest_framework.request import Request
from rest_framework.throttling import ScopedRateThrottle, UserRateThrottle

from shopcloud.lib import redis

if TYPE_CHECKING:
    # DRF's views import the throttles that the settings name: this module.
    from rest_framework.views import APIView


class _RedisWindow:
    """Replaces DRF's read-then-write history by one atomic counter per window."""

    rate: str | None
    num_requests: int
    duration: int

    def _count(self, key: str) -> bool:
        window = int(time.time() // self.duration)
        name = redis.key("rate", key, str(window))
        try:
            pipe = redis.store().pipeline(transaction=False)
            pipe.incr(name)
            pipe.expire(name, self.duration)
            used: int = pipe.execute()[0]
        except redis.Unavailable:
            return True
        return used <= self.num_requests

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
