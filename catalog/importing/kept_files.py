"""Files that wait in the store for their import: read again as they were uploaded, by the mapping kept beside them."""

import tempfile
from datetime import datetime
from pathlib import Path
from typing import Any

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


def kept_table(key: str, name: str, *, delimiter: str = "", encoding: str = "") -> Table:
    """Raises UnreadableFile, MediaUnavailable."""
    try:
        content = media.read_import(key)
    except media.NoSuchFile as error:
        raise UnreadableFile(f"{name} is no longer kept: {error} Upload it again.") from None
    return table_of(content, name, delimiter=delimiter, encoding=encoding)


def table_of(content: bytes, name: str, *, delimiter: str = "", encoding: str = "") -> Table:
    """The rows of an uploaded file, whatever its name: its content says what it is. Raises UnreadableFile."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"upload{_kind_of(content, name)}"
        path.write_bytes(content)
        return read_table(path, delimiter=delimiter, encoding=encoding)


def _kind_of(content: bytes, name: str) -> str:
    start = content[:1024].removeprefix(b"\xef\xbb\xbf").lstrip()
    if start.startswith(b"PK\x03\x04"):
        return ".xlsx"
    if start.startswith(b"\xd0\xcf\x11\xe0"):
        raise UnreadableFile(f"{name} is a workbook of an old or locked kind. Save it as XLSX without a password.")
    if start.startswith(b"["):
        raise UnreadableFile(f"{name} is one JSON list. Write each product on a line of its own (JSON Lines).")
    return ".jsonl" if start.startswith(b"{") else ".csv"
