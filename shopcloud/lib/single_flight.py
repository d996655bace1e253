"""One call for many who ask for the same thing at the same moment."""

import threading
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as WaitedTooLong
from typing import Generic, TypeVar

T = TypeVar("T")


class SingleFlight(Generic[T]):
    """Threads that ask for a key while its call is under way get that call's answer, or its error.

    The answer may be as old as the call's beginning: not for reads that must see what was just written. Whoever has
    waited `wait_seconds` calls for itself, so that one slow call never holds up more than its own thread.
    """

    def __init__(self, *, wait_seconds: float) -> None:
        self._wait_seconds = wait_seconds
        self._lock = threading.Lock()
        self._flights: dict[Hashable, Future[T]] = {}

    def do(self, key: Hashable, call: Callable[[], T]) -> T:
        with self._lock:
            flight = self._flights.get(key)
            leads = flight is None
            if flight is None:
                flight = self._flights[key] = Future()
        return self._lead(key, flight, call) if leads else self._follow(flight, call)

    def _lead(self, key: Hashable, flight: Future[T], call: Callable[[], T]) -> T:
        try:
            answer = call()
        except BaseException as error:
            self._land(key)
            flight.set_exception(error)
            raise
        self._land(key)
        flight.set_result(answer)
        return answer

    def _follow(self, flight: Future[T], call: Callable[[], T]) -> T:
        try:
            return flight.result(timeout=self._wait_seconds)
        except WaitedTooLong:
            return flight.result() if flight.done() else call()

    def _land(self, key: Hashable) -> None:
        with self._lock:
            del self._flights[key]
