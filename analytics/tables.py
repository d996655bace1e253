"""The lake's tables: their columns, and where a day of each one lies."""

import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

_TIME = pa.timestamp("us", tz="UTC")
_LINE = pa.struct(
    [
        ("sku", pa.string()),
        ("product_id", pa.string()),
        ("kind", pa.string()),
        ("quantity", pa.int64()),
        ("unit_price", pa.int64()),
        ("total", pa.int64()),
    ]
)
LINE_FIELDS = tuple(field.name for field in _LINE)
PARTITIONS = (("year", pa.int32()), ("month", pa.int32()), ("day", pa.int32()))


@dataclass(frozen=True)
class LakeTable:
    """A table by its name, which is also its folder. `event_id` tells copies of a row apart, `occurred_at` its day."""

    name: str
    columns: pa.Schema

    @property
    def schema(self) -> pa.Schema:
        """The columns as a query sees them: those of the files, then the day's."""
        return pa.schema([*self.columns, *PARTITIONS])

    def folder(self, day: date) -> str:
        return f"{self.name}/year={day:%Y}/month={day:%m}/day={day:%d}/"


CLICKSTREAM = LakeTable(
    "clickstream",
    pa.schema(
        [
            ("event_id", pa.string()),
            ("event_type", pa.string()),
            ("occurred_at", _TIME),
            ("session", pa.string()),
            ("market", pa.string()),
            ("path", pa.string()),
            ("product_id", pa.string()),
            ("sku", pa.string()),
            ("category", pa.string()),
            ("search_terms", pa.string()),
            ("referrer_host", pa.string()),
            ("device", pa.string()),
            ("value", pa.int64()),
            ("results", pa.int64()),
            ("zero_results", pa.bool_()),
            ("facets", pa.string()),
            ("engine_ms", pa.int64()),
        ]
    ),
)
# Amounts are minor units of `currency`.
PURCHASES = LakeTable(
    "purchases",
    pa.schema(
        [
            ("event_id", pa.string()),
            ("order_number", pa.string()),
            ("occurred_at", _TIME),
            ("market", pa.string()),
            ("currency", pa.string()),
            ("total", pa.int64()),
            ("items", pa.int64()),
            ("lines", pa.list_(_LINE)),
        ]
    ),
)
TABLES = {table.name: table for table in (CLICKSTREAM, PURCHASES)}


def to_parquet(table: LakeTable, rows: Iterable[dict[str, Any]]) -> bytes:
    """Rows as one Parquet file, oldest first; missing columns are null."""
    return arrow_to_parquet(pa.Table.from_pylist(list(rows), schema=table.columns))


def arrow_to_parquet(rows: pa.Table) -> bytes:
    made = io.BytesIO()
    pq.write_table(rows.sort_by("occurred_at"), made, compression="zstd", compression_level=6)
    return made.getvalue()


def day_of(key: str) -> date | None:
    """The day an object belongs to, from `.../year=2026/month=11/day=20/...`; None where the path names none."""
    named = dict(part.split("=", 1) for part in key.split("/") if "=" in part)
    try:
        return date(int(named["year"]), int(named["month"]), int(named["day"]))
    except (KeyError, ValueError):
        return None
