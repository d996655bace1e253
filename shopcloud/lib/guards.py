"""The conditions that decide a race, and the one switch that takes one away to prove that the race is real.

A service asks `stands("stock.reserve")` where its condition is added to a statement. Only a race's control run answers
False: in a process that called `remove`, and only on a database that holds nothing but the race.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

THROWAWAY = ("scratch_", "test_")
_removed: set[str] = set()


class NotThrowaway(RuntimeError):
    def __str__(self) -> str:
        return (
            f"Guards stay up on {self.args[0]}: they may be removed on databases called {' or '.join(THROWAWAY)} only."
        )


def stands(name: str) -> bool:
    """Whether the guard is up, as it always is outside of a control run."""
    return name not in _removed


@contextmanager
def removed(name: str) -> Iterator[None]:
    """Take a guard away in this process. Raises NotThrowaway on a database that matters."""
    database = str(connection.settings_dict["NAME"])
    if not database.startswith(THROWAWAY):
        raise NotThrowaway(database)
    _removed.add(name)
    try:
        yield
    finally:
        _removed.discard(name)
