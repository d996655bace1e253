"""A day's many small files become one. New before old: a crash in between leaves copies, which readers count once."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from analytics import store
from analytics.merging import merge, merged_key
from analytics.tables import LakeTable, day_of


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
    merged = merge(table, list(parts.values()))
    key = merged_key(table, day, list(parts))
    store.put(key, merged.content)
    store.delete([old for old in parts if old != key])
    return Compacted(table.name, day, len(parts), merged.rows, merged.copies)


def _whole(key: str) -> bytes | None:
    return store.read(key, 0, 1 << 40)
