"""What every engine of the lake promises."""

from dataclasses import dataclass
from typing import Any, Protocol


class BadQuery(ValueError):
    """The SQL cannot be answered; the message says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Rows, and what they cost: bytes and files read from S3, seconds. `cut` where there were more than the limit."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    bytes_read: int
    files_read: int
    seconds: float
    cut: bool = False


class LakeEngine(Protocol):
    def query(self, sql: str, *, limit: int) -> Answer:
        """One SELECT over `clickstream` and `purchases`, at most `limit` rows. Raises BadQuery, LakeUnavailable."""
