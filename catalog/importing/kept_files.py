"""Files that wait in the store for their import: read again as they were uploaded, by the mapping kept beside them."""

import shutil
import tempfile
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from catalog.importing.importer import parse_table
from catalog.importing.mapping import load_mapping, parse_mapping
from catalog.importing.moves import follow_moves
from catalog.importing.report import Parsed
from catalog.importing.rows import Table, UnreadableFile, read_table
from media import queries as media


def parse_kept(key: str, name: str, mapping: dict[str, Any], *, now: datetime) -> Parsed:
    """Every row as a product or a rejection, where categories stand now.

    Raises UnreadableFile, BadMapping, MediaUnavailable.
    """
    rules = parse_mapping(mapping) if mapping else load_mapping("shopify")
    table = kept_table(key, name, delimiter=rules.delimiter, encoding=rules.encoding)
    parsed = parse_table(table, rules, name=name, mapped=bool(mapping), now=now)
    follow_moves(parsed)
    return parsed


def kept_table(key: str, name: str, *, delimiter: str = "", encoding: str = "", keep: int | None = None) -> Table:
    """`keep`: only so many rows of it. Raises UnreadableFile, MediaUnavailable."""
    with tempfile.TemporaryFile() as file:
        try:
            media.copy_import(key, file)
        except media.NoSuchFile as error:
            raise UnreadableFile(f"{name} is no longer kept: {error} Upload it again.") from None
        return table_of(file, name, delimiter=delimiter, encoding=encoding, keep=keep)


def table_of(file: BinaryIO, name: str, *, delimiter: str = "", encoding: str = "", keep: int | None = None) -> Table:
    """The rows of an uploaded file, whatever its name: its content says what it is. Raises UnreadableFile."""
    with tempfile.TemporaryDirectory() as folder:
        file.seek(0)
        path = Path(folder) / f"upload{_kind_of(file.read(1024), name)}"
        file.seek(0)
        with path.open("wb") as copy:
            shutil.copyfileobj(file, copy)
        return read_table(path, delimiter=delimiter, encoding=encoding, keep=keep)


def _kind_of(content: bytes, name: str) -> str:
    start = content.removeprefix(b"\xef\xbb\xbf").lstrip()
    if start.startswith(b"PK\x03\x04"):
        return ".xlsx"
    if start.startswith(b"\xd0\xcf\x11\xe0"):
        raise UnreadableFile(f"{name} is a workbook of an old or locked kind. Save it as XLSX without a password.")
    if start.startswith(b"["):
        raise UnreadableFile(f"{name} is one JSON list. Write each product on a line of its own (JSON Lines).")
    return ".jsonl" if start.startswith(b"{") else ".csv"
