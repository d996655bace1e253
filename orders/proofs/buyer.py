"""A buyer's request as a process of its own, which can be killed at any moment."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import TracebackType
from typing import Any

import psycopg
from django.db import connection, connections

PATIENCE_SECONDS = 15.0


class Buyer:
    """Runs `act` in a forked process with connections of its own."""

    def __init__(self, act: Callable[[], Any]) -> None:
        self.pid = os.fork()
        if self.pid == 0:
            try:
                # The sockets are the parent's too: they are let go here without a word to the server.
                for inherited in connections.all(initialized_only=True):
                    del connections[inherited.alias]
                act()
                os._exit(0)
            finally:
                os._exit(1)

    def kill(self) -> bool:
        """SIGKILL; True, to be used as a hook that lets the message pass."""
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)
        return True

    def wait(self) -> None:
        """Until it is over; one that hangs is killed."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            with suppress(ChildProcessError):
                if os.waitpid(self.pid, os.WNOHANG) == (0, 0):
                    time.sleep(0.005)
                    continue
            return
        self.kill()
        os.waitpid(self.pid, 0)

    def __enter__(self) -> "Buyer":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.kill()
        self.wait()


class NobodyCame(RuntimeError):
    def __str__(self) -> str:
        return f"Nobody ran into the lock within {PATIENCE_SECONDS:.0f} s."


class Lock:
    """A row held by somebody else, so that a buyer's transaction stands still in front of it."""

    def __init__(self, held: psycopg.Connection[Any]) -> None:
        self._held = held

    def take(self, query: str, key: object) -> bool:
        self._held.execute(query.encode(), [key])
        return True

    def wait_until_somebody_waits(self) -> None:
        # Not from pg_stat_activity, which stands still within a transaction.
        waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            found = self._held.execute(waiting).fetchone()
            if found and found[0]:
                return
            time.sleep(0.005)
        raise NobodyCame


@contextmanager
def lock() -> Iterator[Lock]:
    """A transaction on a connection of its own; what it takes is free again when the block ends."""
    asked = connection.get_connection_params()
    with psycopg.connect(**{name: asked[name] for name in ("dbname", "user", "password", "host", "port")}) as held:
        yield Lock(held)
        held.rollback()
