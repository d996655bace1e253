"""Files that wait in the store for their import: read again as they were uploaded, by the mapping kept beside them."""

import tempfile
from datetime import datetime
from pathlib import Path
from typing import Any

from catalog.importing.importer import parse_table
from catalog.importing.mapping import load_mapping, parse_mapping
from catalog.importing.report import Parsed
from catalog.importing.rows import Table, UnreadableFile, read_table
from media import queries as media

SUFFIXES = (".csv", ".jsonl", ".ndjson", ".tsv", ".txt")


def parse_kept(key: str, name: str, mapping: dict[str, Any], *, now: datetime) -> Parsed:
    """Every row as a product or a rejection. Raises UnreadableFile, BadMapping, MediaUnavailable."""
    rules = parse_mapping(mapping) if mapping else load_mapping("shopify")
    table = kept_table(key, name, delimiter=rules.delimiter, encoding=rules.encoding)
    return parse_table(table, rules, name=name, mapped=bool(mapping), now=now)


def kept_table(key: str, name: str, *, delimiter: str = "", encoding: str = "") -> Table:
    """Raises UnreadableFile, MediaUnavailable."""
    try:
        content = media.read_import(key)
    except media.NoSuchFile as error:
        raise UnreadableFile(f"{name} is no longer kept: {error} Upload it again.") from None
    return table_of(content, name, delimiter=delimiter, encoding=encoding)


def table_of(content: bytes, name: str, *, delimiter: str = "", encoding: str = "") -> Table:
    """The rows of an uploaded file. Raises UnreadableFile."""
    if Path(name).suffix.lower() not in SUFFIXES:
        raise UnreadableFile(f"{name} is none of {', '.join(SUFFIXES)}. Save a spreadsheet as CSV first.")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"upload{Path(name).suffix.lower()}"
        path.write_bytes(content)
        return read_table(path, delimiter=delimiter, encoding=encoding)
