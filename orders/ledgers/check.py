from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import connections

MOST_SHOWN = 100


@dataclass(frozen=True, slots=True)
class Check:
    """`name` is what must be so; `finds` selects a sentence for each row that is otherwise."""

    name: str
    finds: str


@dataclass(frozen=True, slots=True)
class Breach:
    """What does not balance, for the engineer on call. Holds numbers of orders and rows, never a person."""

    check: str
    detail: str

    def __str__(self) -> str:
        return f"{self.check}: {self.detail}"


def run(checks: Iterable[Check], *, using: str) -> list[Breach]:
    """What the checks find on the database `using`, at most MOST_SHOWN rows each."""
    found = []
    with connections[using].cursor() as cursor:
        for check in checks:
            cursor.execute(f"{check.finds} LIMIT %s", [MOST_SHOWN])
            rows: list[Any] = cursor.fetchall()
            found += [Breach(check.name, detail) for (detail,) in rows]
    return found
