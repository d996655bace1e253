"""What the provider knows: its objects, and the answers it gave under each idempotency key. One file for many."""

import json
import secrets
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

WAIT_SECONDS = 10.0
Body = dict[str, Any]
Answer = tuple[int, Body]


class KeyReused(Exception):
    """One key, two requests."""


@dataclass(frozen=True, slots=True)
class Charge:
    """Money the provider took: minor units, and how many of them it gave back."""

    order: str
    amount: int
    refunded: int


@dataclass(frozen=True, slots=True)
class Ledger:
    path: Path

    def create(self) -> "Ledger":
        with self._open() as rows:
            rows.execute("CREATE TABLE objects (id TEXT PRIMARY KEY, kind TEXT, body TEXT)")
            rows.execute("CREATE TABLE keys (key TEXT PRIMARY KEY, request TEXT, status INTEGER, body TEXT)")
        return self

    def once(self, key: str, request: str, effect: Callable[[sqlite3.Connection], Answer]) -> Answer:
        """Do `effect` and keep its answer, or give the answer that was kept. Raises KeyReused."""
        with self._open() as rows:
            found = rows.execute("SELECT request, status, body FROM keys WHERE key = ?", [key]).fetchone()
            if found is None:
                status, body = effect(rows)
                rows.execute("INSERT INTO keys VALUES (?, ?, ?, ?)", [key, request, status, json.dumps(body)])
                return status, body
        if found[0] != request:
            raise KeyReused
        return found[1], json.loads(found[2])

    def get(self, object_id: str) -> Body | None:
        with self._open() as rows:
            return read(rows, object_id)

    def all(self, kind: str) -> list[Body]:
        with self._open() as rows:
            return [json.loads(body) for (body,) in rows.execute("SELECT body FROM objects WHERE kind = ?", [kind])]

    def change(self, object_id: str, **changes: Any) -> Body:
        with self._open() as rows:
            return write(rows, {**(read(rows, object_id) or {}), **changes})

    def charges(self) -> list[Charge]:
        """Everything that was ever taken."""
        back: dict[str, int] = {}
        for refund in self.all("refund"):
            back[refund["payment_intent"]] = back.get(refund["payment_intent"], 0) + refund["amount"]
        taken = (intent for intent in self.all("payment_intent") if intent["status"] == "succeeded")
        return [Charge(i["metadata"]["order"], i["amount_received"], back.get(i["id"], 0)) for i in taken]

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(self.path, timeout=WAIT_SECONDS, isolation_level=None)) as rows:
            rows.execute("BEGIN IMMEDIATE")
            try:
                yield rows
            except BaseException:
                rows.execute("ROLLBACK")
                raise
            rows.execute("COMMIT")


def read(rows: sqlite3.Connection, object_id: str) -> Body | None:
    found = rows.execute("SELECT body FROM objects WHERE id = ?", [object_id]).fetchone()
    return json.loads(found[0]) if found else None


def write(rows: sqlite3.Connection, body: Body) -> Body:
    rows.execute("INSERT OR REPLACE INTO objects VALUES (?, ?, ?)", [body["id"], body["object"], json.dumps(body)])
    return body


def new_id(prefix: str) -> str:
    return f"{prefix}_{secrets.token_hex(12)}"
