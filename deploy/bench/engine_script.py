"""What `place_order` writes, as a script for pgbench: the statements of one real order, with its values made variable.

Recorded rather than written down, the yardstick follows every change of the tables by itself. Reads are left out.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from django.db import connection
from psycopg.sql import Literal

# Ids of orders start here, so that a recorded one is like no other number in the statements.
FIRST_ID = 7_770_000_000
_WRITES = re.compile(r"\s*(INSERT|UPDATE|WITH\b.*\bUPDATE|WITH\b.*\bINSERT)\b", re.DOTALL)
_PLACEHOLDER = re.compile(r"\$(\d+)")
_LITERAL = re.compile(r"'(?:[^']|'')*'")


@contextmanager
def recorded() -> Iterator[list[str]]:
    """The writes of the block, with their values filled in."""
    statements: list[str] = []

    def record(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        if _WRITES.match(sql):
            statements.append(_filled_in(sql, params))
        return execute(sql, params, many, context)

    sequence = "orders_order_id_seq"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT setval('{sequence}', greatest(last_value, %s)) FROM {sequence}", [FIRST_ID])
    with connection.execute_wrapper(record):
        yield statements


def _filled_in(sql: str, params: Any) -> str:
    """The statement with its values, by whichever placeholders: `prepared` has those of PostgreSQL."""
    driver = connection.connection
    if not _PLACEHOLDER.search(sql):
        return psycopg.ClientCursor(driver).mogrify(sql, params)
    return _PLACEHOLDER.sub(lambda found: Literal(params[int(found[1]) - 1]).as_string(driver), sql)


def script(statements: list[str], *, variables: dict[str, str], ranges: dict[str, str]) -> str:
    """A pgbench script. `variables`: regular expression of a recorded value -> the variable that takes its place;
    `ranges`: variable -> the bounds it is drawn from."""
    lines = [r"\set number random(1000000000000, 9999999999999999)"]
    lines += [rf"\set {name} random({bounds})" for name, bounds in ranges.items()]
    lines.append("BEGIN;")
    for statement in statements:
        makes_the_order = statement.startswith('INSERT INTO "orders_order" ')
        lines.append(_varied(statement, variables) + (r" \gset order_" if makes_the_order else ";"))
    return "\n".join([*lines, "COMMIT;", ""])


def _varied(statement: str, variables: dict[str, str]) -> str:
    pattern = re.compile("|".join(f"({value})" for value in variables))
    names = list(variables.values())

    def outside(text: str) -> str:
        return pattern.sub(lambda found: names[(found.lastindex or 1) - 1], text)

    def inside(literal: re.Match[str]) -> str:
        varied = pattern.sub(lambda found: f"' || {names[(found.lastindex or 1) - 1]} || '", literal[0])
        return f"({varied})" if varied != literal[0] else varied

    parts, end = [], 0
    for literal in _LITERAL.finditer(statement):
        parts += [outside(statement[end : literal.start()]), inside(literal)]
        end = literal.end()
    return " ".join("".join([*parts, outside(statement[end:])]).split("\n"))
