"""DAX's client on a busy machine: where a test makes nothing fail, nothing is given up."""

from collections.abc import Callable
from typing import Any, TypeVar

from amazondax.DaxError import DaxClientError

from catalog.dynamo import dax

T = TypeVar("T")
LIMITS = ("CONNECT_SECONDS", "ANSWER_SECONDS", "SAVED_SECONDS")
LONG = 30.0


def patiently(job: Callable[[], T], failure: type[Exception]) -> T:
    """What `job` returns once it does not fail any more."""
    for _ in range(9):
        try:
            return job()
        except failure:
            continue
    return job()


def connected() -> Any:
    """A client of the node."""
    return patiently(dax.connect, DaxClientError)


def wait_long(monkeypatch) -> None:
    for limit in LIMITS:
        monkeypatch.setattr(dax, limit, LONG)
