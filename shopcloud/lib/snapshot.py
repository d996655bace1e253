"""Small sets of rows that every page needs and that are the same for everybody: held in the process for seconds,
with a last-known copy in Redis for the time when PostgreSQL is away.
"""

import threading
import time
from collections.abc import Callable
from typing import Generic, TypeVar, cast
from weakref import WeakSet

import structlog
from django.core.cache import cache
from django.db import InterfaceError, OperationalError

from shopcloud.lib import redis, residency
from shopcloud.lib.resilience import TierUnavailable

COPY_KEPT = 24 * 3600
# An unchanged value is written again this often, so that its copy does not run out.
COPY_RENEWED = 3600.0
T = TypeVar("T")
log = structlog.get_logger()
_all: "WeakSet[Snapshot[object]]" = WeakSet()


class SnapshotUnavailable(TierUnavailable):
    """Neither the database nor the process nor Redis knows the value."""

    def __str__(self) -> str:
        return f"{self.args[0]} cannot be read at the moment. Try again in a few seconds."


class Snapshot(Generic[T]):
    """What `load` reads from PostgreSQL, at most `seconds` old while PostgreSQL answers.

    The value is shared by threads and pickled into Redis: make it of frozen dataclasses and tuples. One thread
    refreshes it while the others go on with what is held; a refresh that fails keeps the last known value.
    """

    def __init__(self, name: str, load: Callable[[], T], seconds: float = 5.0) -> None:
        self.name, self._load, self._seconds = name, load, seconds
        self._lock = threading.Lock()
        # By home: what a region sells by is not what another does.
        self._held: dict[str, tuple[float, T]] = {}
        self._copied: dict[str, tuple[float, T]] = {}
        _all.add(cast("Snapshot[object]", self))

    def get(self) -> T:
        """The value. Raises SnapshotUnavailable where nobody knows it."""
        held = self._held.get(residency.alias())
        if held is not None and held[0] > time.monotonic():
            return held[1]
        # Only who has nothing to show waits for the one that reads.
        if not self._lock.acquire(blocking=held is None):
            return cast("tuple[float, T]", held)[1]
        try:
            return self._refreshed()
        finally:
            self._lock.release()

    def forget(self) -> None:
        """Let this process read afresh: called by whoever changed the rows. Other processes follow in seconds."""
        self._held.clear()
        self._copied.clear()

    def _refreshed(self) -> T:
        held = self._held.get(residency.alias())
        if held is not None and held[0] > time.monotonic():
            return held[1]
        try:
            value = self._load()
        except (OperationalError, InterfaceError) as error:
            log.warning("snapshot.last_known", name=self.name, error=str(error))
            value = held[1] if held is not None else self._last_known()
        else:
            self._copy(value)
        self._held[residency.alias()] = (time.monotonic() + self._seconds, value)
        return value

    def _last_known(self) -> T:
        try:
            found = redis.copy(lambda: cache.get(self._key))
        except redis.Unavailable:
            found = None
        if found is None:
            raise SnapshotUnavailable(self.name)
        (value,) = found
        return cast(T, value)

    def _copy(self, value: T) -> None:
        home = residency.alias()
        due, copied = time.monotonic() + COPY_RENEWED, self._copied.get(home)
        if copied is not None and copied[0] > time.monotonic() and copied[1] == value:
            return
        try:
            # In a tuple: a value may be None.
            redis.copy(lambda: cache.set(self._key, (value,), COPY_KEPT))
        except redis.Unavailable:
            return
        self._copied[home] = (due, value)

    @property
    def _key(self) -> str:
        return f"snapshot:{self.name}" + ("" if residency.is_own() else f":{residency.region()}")


class LastKnown(Snapshot[T]):
    """What `load` reads now, for pages that are themselves kept: they must not be made of what was before a change.

    The last-known copies stand in only while PostgreSQL is away.
    """

    def __init__(self, name: str, load: Callable[[], T]) -> None:
        super().__init__(name, load, seconds=0.0)

    def get(self) -> T:
        """The value. Raises SnapshotUnavailable where nobody knows it."""
        return self._refreshed()


def forget_all() -> None:
    """Let this process read every snapshot afresh."""
    for one in list(_all):
        one.forget()
