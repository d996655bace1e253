"""Many files of a table become one. Pure: bytes in, bytes out, so that it runs wherever pyarrow does."""

import hashlib
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import pyarrow as pa
import pyarrow.parquet as pq

from analytics.tables import LakeTable, arrow_to_parquet


@dataclass(frozen=True, slots=True)
class Merged:
    """One Parquet file of `rows` rows; `copies` of them were dropped."""

    content: bytes
    rows: int
    copies: int


def merge(table: LakeTable, files: Sequence[bytes]) -> Merged:
    """The rows of all files, each `event_id` once."""
    rows = pa.concat_tables([pq.read_table(io.BytesIO(content), schema=table.columns) for content in files])
    kept = _first_of_each(rows)
    return Merged(arrow_to_parquet(kept), kept.num_rows, rows.num_rows - kept.num_rows)


def merged_key(table: LakeTable, day: date, keys: Sequence[str]) -> str:
    """Where the merged file stands: the same files make the same name."""
    return f"{table.folder(day)}merged-{hashlib.sha256(','.join(keys).encode()).hexdigest()[:24]}.parquet"


def _first_of_each(rows: pa.Table) -> pa.Table:
    numbered = rows.select(["event_id"]).append_column("at", pa.array(range(rows.num_rows), pa.int64()))
    return rows.take(numbered.group_by("event_id").aggregate([("at", "min")])["at_min"])
