"""DuckDB in the process, reading the lake through pyarrow: bounded in memory and time, blind to everything else."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import duckdb
import pyarrow as pa

from analytics.engines.base import Answer, BadQuery
from analytics.engines.files import Meter, dataset
from analytics.store import LakeUnavailable
from analytics.tables import TABLES

MEMORY = "512MB"
SECONDS = 60.0
# Copies of an event lie in the same day, so the filter on a day still reaches the files below the window.
_ONCE_EACH = """
CREATE VIEW {name} AS SELECT * EXCLUDE (copy_number) FROM (
    SELECT *, row_number() OVER (PARTITION BY event_id, year, month, day ORDER BY occurred_at) AS copy_number
    FROM {name}_files
) WHERE copy_number = 1
"""
_LOCKS = (
    f"SET memory_limit = '{MEMORY}'",
    "SET threads = 2",
    "SET TimeZone = 'UTC'",
    "SET enable_external_access = false",
    "SET lock_configuration = true",
)


class DuckDBEngine:
    """A fresh database in memory for each query: nothing is kept, and nothing can be written."""

    def query(self, sql: str, *, limit: int) -> Answer:
        meter, started = Meter(), time.perf_counter()
        with _database(meter) as database:
            _check_reads_only(database, sql)
            with _deadline(database):
                columns, rows = _run(database, sql, limit + 1)
        seconds = time.perf_counter() - started
        return Answer(columns, rows[:limit], meter.bytes_read, len(meter.keys), seconds, len(rows) > limit)


@contextmanager
def _database(meter: Meter) -> Iterator[duckdb.DuckDBPyConnection]:
    database = duckdb.connect(":memory:", config={"python_enable_replacements": "false"})
    try:
        for table in TABLES.values():
            database.register(f"{table.name}_files", dataset(table, meter))
            database.execute(_ONCE_EACH.format(name=table.name))
        for lock in _LOCKS:
            database.execute(lock)
        yield database
    finally:
        database.close()


def _check_reads_only(database: duckdb.DuckDBPyConnection, sql: str) -> None:
    try:
        statements = database.extract_statements(sql)
    except duckdb.Error as error:
        raise BadQuery(str(error)) from None
    if len(statements) != 1:
        raise BadQuery("Ask one question at a time: a single SELECT.")
    if statements[0].type != duckdb.StatementType.SELECT:
        raise BadQuery("The lake is read only: use SELECT or WITH ... SELECT.")


@contextmanager
def _deadline(database: duckdb.DuckDBPyConnection) -> Iterator[None]:
    timer = threading.Timer(SECONDS, database.interrupt)
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _run(
    database: duckdb.DuckDBPyConnection, sql: str, most: int
) -> tuple[tuple[str, ...], tuple[tuple[object, ...], ...]]:
    rows: list[tuple[object, ...]] = []
    try:
        # Arrow carries time zones by the standard library; DuckDB's own rows would need a package for them.
        reader = database.sql(sql).to_arrow_reader(1_000)
        for batch in reader:
            rows += zip(*(column.to_pylist() for column in batch.columns), strict=True)
            if len(rows) >= most:
                break
    except (duckdb.Error, pa.ArrowException, OSError) as error:
        raise _told(error) from error
    return tuple(reader.schema.names), tuple(rows[:most])


def _told(error: Exception) -> BadQuery | LakeUnavailable:
    text = str(error)
    # What Python raised below DuckDB comes back as text.
    if LakeUnavailable.__name__ in text:
        return LakeUnavailable("The lake stopped answering while it was read. Try again in a minute.")
    if "interrupt" in text.lower() and isinstance(error, duckdb.InterruptException | pa.ArrowException | OSError):
        return BadQuery(f"The query took longer than {SECONDS:.0f} s. Ask for fewer days.")
    return BadQuery(text.partition("\nTraceback")[0])
