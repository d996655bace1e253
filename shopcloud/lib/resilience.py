"""Circuit breakers, one per tier and process: after repeated failures the tier is left alone for a while."""

from functools import cache

import pybreaker

FAILURES = 5
REST_SECONDS = 5


class TierUnavailable(Exception):
    """A data tier does not answer. Subclasses name the tier and say what still works."""


@cache
def breaker(tier: str) -> pybreaker.CircuitBreaker:
    """The breaker of a tier. `breaker("dynamo").call(f, ...)` raises pybreaker.CircuitBreakerError while open."""
    return pybreaker.CircuitBreaker(fail_max=FAILURES, reset_timeout=REST_SECONDS, name=tier)


CircuitOpen = pybreaker.CircuitBreakerError
