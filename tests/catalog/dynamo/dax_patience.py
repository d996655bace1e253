"""DAX's client on a busy machine: where a test makes nothing fail, nothing is given up."""

from typing import Any

from amazondax.DaxError import DaxClientError

from catalog.dynamo import dax

LIMITS = ("CONNECT_SECONDS", "READ_SECONDS", "ANSWER_SECONDS")
LONG = 30.0


def connected() -> Any:
    """A client of the node, however busy the machine is while it is made."""
    for _ in range(9):
        try:
            return dax.connect()
        except DaxClientError:
            continue
    return dax.connect()


def wait_long(monkeypatch) -> None:
    for limit in LIMITS:
        monkeypatch.setattr(dax, limit, LONG)
