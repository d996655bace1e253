"""Files that wait in the store for their import: read again as they were uploaded, by the mapping kept beside them."""

import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO, cast

from catalog.importing.importer import parse_table
from catalog.importing.mapping import load_mapping, parse_mapping
from catalog.importing.moves import follow_moves
from catalog.importing.report import Parsed
from catalog.importing.rows import Row, Table, UnreadableFile, read_table, stream_table
from media import queries as media

WORKBOOK_ROWS = 100
TOLD_EVERY = 1000


def parse_kept(
    key: str, name: str, mapping: dict[str, Any], *, now: datetime, told: Callable[[], object] = lambda: None
) -> Parsed:
    """Every row as a product or a rejection, where categories stand now. `told` hears now and then that it goes on.

    Raises UnreadableFile, BadMapping, MediaUnavailable.
    """
    rules = parse_mapping(mapping) if mapping else load_mapping("shopify")
    with _kept(key, name) as file, _path_of(file, name) as path:
        table = stream_table(path, delimiter=rules.delimiter, encoding=rules.encoding)
        table.rows = _telling(table.rows, told)
        parsed = parse_table(table, rules, name=name, mapped=bool(mapping), now=now)
    follow_moves(parsed)
    return parsed


def _telling(rows: Iterable[Row], told: Callable[[], object]) -> Iterator[Row]:
    for number, row in enumerate(rows, start=1):
        if number % TOLD_EVERY == 0:
            told()
        yield row


def kept_table(key: str, name: str, *, delimiter: str = "", encoding: str = "", keep: int | None = None) -> Table:
    """`keep`: only so many rows of it. Raises UnreadableFile, MediaUnavailable."""
    with _kept(key, name) as file, _path_of(file, name) as path:
        return read_table(path, delimiter=delimiter, encoding=encoding, keep=keep)


def first_of(key: str, name: str, *, delimiter: str = "", encoding: str = "", keep: int) -> Table:
    """The first rows, without a look at those that follow. Raises UnreadableFile, MediaUnavailable."""
    with _kept(key, name) as file, _path_of(file, name) as path:
        table = stream_table(path, delimiter=delimiter, encoding=encoding)
        return Table(table.columns, tuple(islice(table.rows, keep)), keep)


def begun(file: BinaryIO, name: str) -> Table:
    """The columns of an uploaded file, whatever its name: its content says what it is. Raises UnreadableFile.

    Lines are gone through to the last; a workbook, of which a hundred thousand rows take a minute, to its first rows.
    """
    with _path_of(file, name) as path:
        if path.suffix != ".xlsx":
            return read_table(path, keep=0)
        table = stream_table(path)
        for _row in islice(table.rows, WORKBOOK_ROWS):
            pass
        return Table(table.columns, (), 0)


@contextmanager
def _kept(key: str, name: str) -> Iterator[BinaryIO]:
    with tempfile.TemporaryFile() as file:
        copy = cast(BinaryIO, file)
        try:
            media.copy_import(key, copy)
        except media.NoSuchFile as error:
            raise UnreadableFile(f"{name} is no longer kept: {error} Upload it again.") from None
        yield copy


@contextmanager
def _path_of(file: BinaryIO, name: str) -> Iterator[Path]:
    """The file under a name that says what it is."""
    with tempfile.TemporaryDirectory() as folder:
        file.seek(0)
        path = Path(folder) / f"upload{_kind_of(file.read(1024), name)}"
        file.seek(0)
        with path.open("wb") as copy:
            shutil.copyfileobj(file, copy)
        yield path


def _kind_of(content: bytes, name: str) -> str:
    start = content.removeprefix(b"\xef\xbb\xbf").lstrip()
    if start.startswith(b"PK\x03\x04"):
        return ".xlsx"
    if start.startswith(b"\xd0\xcf\x11\xe0"):
        raise UnreadableFile(f"{name} is a workbook of an old or locked kind. Save it as XLSX without a password.")
    if start.startswith(b"["):
        raise UnreadableFile(f"{name} is one JSON list. Write each product on a line of its own (JSON Lines).")
    return ".jsonl" if start.startswith(b"{") else ".csv"
