"""Rows of a CSV, XLSX or JSON Lines file as dictionaries of text, each with its line number, whatever wrote it."""

import codecs
import csv
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from catalog.exporting.columns import ID
from catalog.importing.xlsx import BadWorkbook, sheet_rows

MAX_BYTES = 200 * 1024 * 1024
MAX_ROWS = 500_000
MAX_CELL = 200_000
# A product with all its texts, variants and pictures is one line of JSON.
MAX_LINE = 2_000_000
DELIMITERS = ",;\t|"
_BOMS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
_JSON_SUFFIXES = {".jsonl", ".ndjson", ".json"}


class UnreadableFile(ValueError):
    """The file as a whole cannot be imported; the message says where and what to do."""


@dataclass(frozen=True, slots=True)
class Row:
    """`line` is where the row starts, counted from 1. `problem` is why it cannot be used, or ""."""

    line: int
    values: dict[str, str]
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    columns: tuple[str, ...]
    rows: tuple[Row, ...]


def read_table(path: Path, *, delimiter: str = "", encoding: str = "") -> Table:
    """The whole file. Raises UnreadableFile when it is missing, empty, binary, too large or broken."""
    if path.suffix.lower() == ".xlsx":
        table = _xlsx(path)
    else:
        text = _text(path, encoding)
        table = _json_lines(text) if path.suffix.lower() in _JSON_SUFFIXES else _csv(text, delimiter)
    if not table.rows:
        raise UnreadableFile(f"{path.name} has a header but no rows.")
    return table


def _content(path: Path) -> bytes:
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise UnreadableFile(f"{path.name} has {size:,} bytes; split it into files of at most {MAX_BYTES:,}.")
        return path.read_bytes()
    except OSError as error:
        raise UnreadableFile(f"{path} cannot be read: {error.strerror}.") from None


def _xlsx(path: Path) -> Table:
    rows = sheet_rows(_content(path))
    try:
        header = next(rows, [])
        while header and not header[-1]:
            header.pop()
        columns = _columns(header)
        return Table(columns, tuple(_csv_rows(_as_wide(rows, len(columns)), columns)))
    except BadWorkbook as error:
        raise UnreadableFile(str(error)) from None


def _as_wide(rows: Iterator[list[str]], width: int) -> Iterator[list[str]]:
    """A sheet leaves out what is empty at the end of a row, and may have empty cells beyond its header."""
    for cells in rows:
        spare = [cell for cell in cells[width:] if cell]
        yield [*cells[:width], *[""] * (width - len(cells)), *spare]


def _text(path: Path, encoding: str) -> str:
    content = _content(path)
    bom = next((name for mark, name in _BOMS.items() if content.startswith(mark)), "")
    if b"\0" in content and bom != "utf-16":
        raise UnreadableFile(f"{path.name} is a binary file, not CSV or JSON Lines.")
    text = _decoded(content, encoding or bom, path.name)
    if not text.strip():
        raise UnreadableFile(f"{path.name} is empty.")
    return text


def _decoded(content: bytes, encoding: str, name: str) -> str:
    """By its mark or the stated encoding, else UTF-8, else as Western spreadsheets save it."""
    for candidate in [encoding] if encoding else ["utf-8", "cp1252"]:
        try:
            return content.decode(candidate)
        except (UnicodeDecodeError, LookupError):
            continue
    raise UnreadableFile(f"{name} is not text in {encoding or 'UTF-8'}. Save it as UTF-8, or state its encoding.")


def _csv(text: str, delimiter: str) -> Table:
    csv.field_size_limit(MAX_CELL)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter or _delimiter(text), strict=True)
    try:
        columns = _columns(next(reader))
        return Table(columns, tuple(_csv_rows(reader, columns)))
    except csv.Error as error:
        raise UnreadableFile(f"Line {reader.line_num}: {_explained(str(error))}") from None


def _delimiter(text: str) -> str:
    """The separator the header uses most; quoted parts of it do not count."""
    header = "".join(text.split("\n", 1)[0].split('"')[::2])
    return max(DELIMITERS, key=header.count)


def _columns(header: list[str]) -> tuple[str, ...]:
    columns = tuple(name.strip() for name in header)
    if len(columns) < 2:
        raise UnreadableFile("The header has one column only: the delimiter is wrong, or this is not a CSV file.")
    twice = {name for name in columns if name and columns.count(name) > 1}
    if twice:
        raise UnreadableFile(f"The header names {', '.join(sorted(twice))} more than once.")
    return columns


def _csv_rows(reader: Iterator[list[str]], columns: tuple[str, ...]) -> Iterator[Row]:
    line = 2
    for number, cells in enumerate(reader):
        if number >= MAX_ROWS:
            raise UnreadableFile(f"More than {MAX_ROWS:,} rows: split the file.")
        if any(cell.strip() for cell in cells):
            wrong = "" if len(cells) == len(columns) else f"has {len(cells)} cells where the header has {len(columns)}"
            yield Row(line, dict(zip(columns, (c.strip() for c in cells), strict=False)), wrong)
        line = getattr(reader, "line_num", line) + 1


def _explained(error: str) -> str:
    if "unexpected end" in error:
        return "a quoted cell is never closed. Nothing was imported."
    if "larger than field limit" in error:
        return f"a cell has more than {MAX_CELL:,} characters; perhaps a quote is missing. Nothing was imported."
    return f"broken CSV ({error}). Nothing was imported."


def _json_lines(text: str) -> Table:
    rows: list[Row] = []
    columns: dict[str, None] = {}
    # By line ends alone: JSON may hold what else Python takes for one, as it is.
    for line, content in enumerate(io.StringIO(text, newline=None), start=1):
        if not content.strip():
            continue
        row = _json_row(line, content)
        rows.append(row)
        columns.update(dict.fromkeys(row.values))
        if len(rows) > MAX_ROWS:
            raise UnreadableFile(f"More than {MAX_ROWS:,} rows: split the file.")
    if not columns:
        raise UnreadableFile("No line is a JSON object: this is not a JSON Lines file.")
    return Table(tuple(columns), tuple(rows))


def _json_row(line: int, content: str) -> Row:
    try:
        data = json.loads(content) if len(content) <= MAX_LINE else None
    except (ValueError, RecursionError):
        return Row(line, {}, "is not valid JSON")
    if not isinstance(data, dict):
        return Row(line, {}, f"must be one JSON object of at most {MAX_LINE:,} characters")
    exact = ID in data
    return Row(line, {str(name): _as_text(value, exact=exact) for name, value in data.items()})


def _as_text(value: object, *, exact: bool) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, str):
        # Our own format says its texts to the letter.
        return value if exact else value.strip()
    return json.dumps(value, ensure_ascii=False)
