"""A day's many small files become one. New before old: a crash in between leaves copies, which readers count once."""

import hashlib
import io
from collections import defaultdict
from dataclasses import dataclass
from datetime import date

import pyarrow as pa
import pyarrow.parquet as pq

from analytics import store
from analytics.tables import LakeTable, arrow_to_parquet, day_of


@dataclass(frozen=True, slots=True)
class Compacted:
    """What became of a day: `files` merged into one of `rows` rows, `copies` dropped."""

    table: str
    day: date
    files: int
    rows: int
    copies: int


def compact(table: LakeTable, *, before: date) -> list[Compacted]:
    """Merge each day of `table` that ended before `before` and lies in several files."""
    days: dict[date, list[str]] = defaultdict(list)
    for file in store.files(f"{table.name}/"):
        day = day_of(file.key)
        if day is not None and day < before:
            days[day].append(file.key)
    return [_merge(table, day, keys) for day, keys in sorted(days.items()) if len(keys) > 1]


def _merge(table: LakeTable, day: date, keys: list[str]) -> Compacted:
    # A file that another compaction took meanwhile is in the one that it wrote.
    parts = {key: content for key in keys if (content := _whole(key)) is not None}
    rows = pa.concat_tables([pq.read_table(io.BytesIO(content), schema=table.columns) for content in parts.values()])
    kept = _first_of_each(rows)
    merged = f"{table.folder(day)}merged-{hashlib.sha256(','.join(parts).encode()).hexdigest()[:24]}.parquet"
    store.put(merged, arrow_to_parquet(kept))
    store.delete([key for key in parts if key != merged])
    return Compacted(table.name, day, len(parts), kept.num_rows, rows.num_rows - kept.num_rows)


def _whole(key: str) -> bytes | None:
    return store.read(key, 0, 1 << 40)


def _first_of_each(rows: pa.Table) -> pa.Table:
    numbered = rows.select(["event_id"]).append_column("at", pa.array(range(rows.num_rows), pa.int64()))
    return rows.take(numbered.group_by("event_id").aggregate([("at", "min")])["at_min"])
