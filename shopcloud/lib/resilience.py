"""Circuit breakers, one per tier and process: after repeated failures the tier is left alone for a while."""

import threading
from collections.abc import Callable
from functools import cache
from typing import Any, TypeVar

import pybreaker

from shopcloud.lib import metrics

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


class _Told(pybreaker.CircuitBreakerListener):
    """Shows Prometheus what a breaker is at."""

    STATES = {pybreaker.STATE_CLOSED: 0, pybreaker.STATE_HALF_OPEN: 1, pybreaker.STATE_OPEN: 2}

    def state_change(self, cb: pybreaker.CircuitBreaker, old_state: Any, new_state: Any) -> None:
        metrics.BREAKER_STATE.labels(cb.name).set(self.STATES[new_state.name])
        if new_state.name == pybreaker.STATE_OPEN and getattr(old_state, "name", None) == pybreaker.STATE_CLOSED:
            metrics.BREAKER_OPENED.labels(cb.name).inc()


@cache
def breaker(tier: str) -> Breaker:
    """The breaker of a tier. `breaker("dynamo").call(f, ...)` raises CircuitOpen while open."""
    metrics.BREAKER_STATE.labels(tier).set(0)
    return Breaker(
        fail_max=FAILURES,
        reset_timeout=REST_SECONDS,
        name=tier,
        listeners=[_Told()],
        # CircuitOpen says that nothing was sent; the call that opens the circuit was, so it raises what it met.
        throw_new_error_on_trip=False,
    )


CircuitOpen = pybreaker.CircuitBreakerError
