"""Circuit breakers, one per tier and process: after repeated failures the tier is left alone for a while."""

import threading
from collections.abc import Callable
from functools import cache
from typing import Any, TypeVar

import pybreaker

FAILURES = 5
REST_SECONDS = 5
TRIAL_SECONDS = 0.25

T = TypeVar("T")


class TierUnavailable(Exception):
    """A data tier does not answer. Subclasses name the tier and say what still works."""


class Breaker(pybreaker.CircuitBreaker):
    """A breaker that lets threads call the tier side by side.

    The library holds its lock while it calls, so that one slow answer would make every other thread wait. Here only
    the trial call of a resting tier is exclusive; whoever comes meanwhile waits a moment for what it finds, and is told
    that the tier is away if it takes longer.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._trial = threading.RLock()

    def call(self, func: Callable[..., T], *args: Any, **kwargs: Any) -> T:
        if self.current_state == pybreaker.STATE_CLOSED:
            return self.state.call(func, *args, **kwargs)  # type: ignore[no-any-return]
        if not self._trial.acquire(timeout=TRIAL_SECONDS):
            raise CircuitOpen(f"{self.name} is being tried by another thread.")
        try:
            if self.current_state != pybreaker.STATE_CLOSED:
                return self.state.call(func, *args, **kwargs)  # type: ignore[no-any-return]
        finally:
            self._trial.release()
        return self.state.call(func, *args, **kwargs)  # type: ignore[no-any-return]


@cache
def breaker(tier: str) -> Breaker:
    """The breaker of a tier. `breaker("dynamo").call(f, ...)` raises CircuitOpen while open."""
    return Breaker(fail_max=FAILURES, reset_timeout=REST_SECONDS, name=tier)


CircuitOpen = pybreaker.CircuitBreakerError
