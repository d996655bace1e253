"""What this process has just read, for a second: what is asked for again and again costs no round trip then.

It is a second staler than the store it was read from, so only what may be stale belongs here.
"""

import time
from typing import Generic, TypeVar

SECONDS = 1.0
Value = TypeVar("Value")


class Moment(Generic[Value]):
    """At most `many` values by their names; safe between threads, which may each read what is missing."""

    def __init__(self, many: int) -> None:
        self._many = many
        self._held: dict[str, tuple[float, Value]] = {}

    def get(self, name: str) -> Value | None:
        held = self._held.get(name)
        return held[1] if held and held[0] > time.monotonic() else None

    def keep(self, name: str, value: Value) -> None:
        if len(self._held) >= self._many:
            self._held.clear()
        self._held[name] = (time.monotonic() + SECONDS, value)

    def forget(self, name: str) -> None:
        self._held.pop(name, None)

    def clear(self) -> None:
        self._held.clear()
