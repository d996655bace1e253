"""Rows of a CSV, XLSX or JSON Lines file as dictionaries of text, each with its line number, whatever wrote it."""

import codecs
import csv
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import TextIO

from catalog.exporting.columns import ID
from catalog.importing.text import Figure
from catalog.importing.xlsx import BadWorkbook, sheet_rows

MAX_BYTES = 200 * 1024 * 1024
MAX_ROWS = 500_000
MAX_CELL = 200_000
# A product with all its texts, variants and pictures is one line of JSON.
MAX_LINE = 2_000_000
PIECE = 1024 * 1024
DELIMITERS = ",;\t|"
_BOMS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
_NO_TEXT = re.compile("[\ud800-\udfff]")
_JSON_SUFFIXES = {".jsonl", ".ndjson", ".json"}


class UnreadableFile(ValueError):
    """The file as a whole cannot be imported; the message says where and what to do."""


@dataclass(frozen=True, slots=True)
class Row:
    """`line` is where the row starts, counted from 1. `problem` is why it cannot be used, or ""."""

    line: int
    values: dict[str, str]
    problem: str = ""


@dataclass(slots=True)
class Table:
    """`count` rows, of which those are held that were asked for. Where rows are read as they are asked for
    (`stream_table`), they can be gone through once, and `count` grows with them.
    """

    columns: tuple[str, ...]
    rows: Iterable[Row]
    count: int


def stream_table(path: Path, *, delimiter: str = "", encoding: str = "") -> Table:
    """The whole file, of which one row is in memory at a time. Raises UnreadableFile, at any row."""
    _demand_size(path)
    columns: dict[str, None] = {}
    if path.suffix.lower() in _JSON_SUFFIXES:
        # Any line may bring a column.
        for _row in _rows_of(path, delimiter, encoding, columns):
            pass
    rows = _rows_of(path, delimiter, encoding, columns)
    first = next(rows, None)
    if first is None:
        raise UnreadableFile(f"{path.name} has a header but no rows.")
    table = Table(tuple(columns), (), 0)
    table.rows = _counted(table, chain([first], rows))
    return table


def _counted(table: Table, rows: Iterable[Row]) -> Iterator[Row]:
    for row in rows:
        table.count += 1
        if table.count > MAX_ROWS:
            raise UnreadableFile(f"More than {MAX_ROWS:,} rows: split the file.")
        yield row


def read_table(path: Path, *, delimiter: str = "", encoding: str = "", keep: int | None = None) -> Table:
    """The whole file, or its first rows (`keep`) while the others are only checked and counted: then no large file is
    in memory. Raises UnreadableFile when it is missing, empty, binary, too large or broken.
    """
    _demand_size(path)
    columns: dict[str, None] = {}
    kept: list[Row] = []
    count = 0
    for row in _rows_of(path, delimiter, encoding, columns):
        count += 1
        if count > MAX_ROWS:
            raise UnreadableFile(f"More than {MAX_ROWS:,} rows: split the file.")
        if keep is None or count <= keep:
            kept.append(row)
    if not count:
        raise UnreadableFile(f"{path.name} has a header but no rows.")
    return Table(tuple(columns), tuple(kept), count)


def _demand_size(path: Path) -> None:
    try:
        size = path.stat().st_size
        with path.open("rb"):
            pass
    except OSError as error:
        raise UnreadableFile(f"{path} cannot be read: {error.strerror}.") from None
    if size > MAX_BYTES:
        raise UnreadableFile(f"{path.name} has {size:,} bytes; split it into files of at most {MAX_BYTES:,}.")


def _rows_of(path: Path, delimiter: str, encoding: str, columns: dict[str, None]) -> Iterator[Row]:
    """One by one; `columns` are filled in as they are found, before the rows that have them."""
    kind = path.suffix.lower()
    if kind == ".xlsx":
        yield from _xlsx(path, columns)
        return
    with path.open(encoding=_encoding_of(path, encoding), newline=None if kind in _JSON_SUFFIXES else "") as text:
        yield from _json_lines(text, columns) if kind in _JSON_SUFFIXES else _csv(text, delimiter, columns)


def _xlsx(path: Path, columns: dict[str, None]) -> Iterator[Row]:
    rows = sheet_rows(path)
    try:
        header = next(rows, [])
        while header and not header[-1]:
            header.pop()
        names = _columns(header)
        columns.update(dict.fromkeys(names))
        yield from _csv_rows(_as_wide(rows, len(names)), names)
    except BadWorkbook as error:
        raise UnreadableFile(str(error)) from None


def _as_wide(rows: Iterator[list[str]], width: int) -> Iterator[list[str]]:
    """A sheet leaves out what is empty at the end of a row, and may have empty cells beyond its header."""
    for cells in rows:
        spare = [cell for cell in cells[width:] if cell]
        yield [*cells[:width], *[""] * (width - len(cells)), *spare]


def _encoding_of(path: Path, stated: str) -> str:
    """By its mark or as stated, else UTF-8, else as Western spreadsheets save it. Raises UnreadableFile."""
    with path.open("rb") as file:
        start = file.read(4)
    encoding = stated or next((name for mark, name in _BOMS.items() if start.startswith(mark)), "")
    for candidate in [encoding] if encoding else ["utf-8", "cp1252"]:
        if _is_text_in(path, candidate):
            return candidate
    raise UnreadableFile(f"{path.name} is not text in {encoding or 'UTF-8'}. Save it as UTF-8, or state its encoding.")


def _is_text_in(path: Path, encoding: str) -> bool:
    """Raises UnreadableFile where it is nobody's text."""
    seen = False
    try:
        with path.open(encoding=encoding) as text:
            while piece := text.read(PIECE):
                if "\0" in piece:
                    raise UnreadableFile(f"{path.name} is a binary file, not CSV or JSON Lines.")
                seen = seen or bool(piece.strip("\ufeff \t\r\n"))
    except (UnicodeError, LookupError):
        return False
    if not seen:
        raise UnreadableFile(f"{path.name} is empty.")
    return True


def _csv(text: TextIO, delimiter: str, columns: dict[str, None]) -> Iterator[Row]:
    csv.field_size_limit(MAX_CELL)
    before, mark = _beginning(text)
    reader = csv.reader(text, delimiter=delimiter or mark, strict=True)
    try:
        names = _columns(next(reader))
        columns.update(dict.fromkeys(names))
        yield from _csv_rows(reader, names, before + reader.line_num + 1, before)
    except csv.Error as error:
        raise UnreadableFile(f"Line {before + reader.line_num}: {_explained(str(error))}") from None


def _beginning(text: TextIO) -> tuple[int, str]:
    """Go to the header: how many lines are before it, empty or Excel's `sep=;`, and which delimiter it has."""
    before, mark = 0, ""
    while True:
        place = text.tell()
        line = text.readline(MAX_LINE)
        if hint := re.fullmatch(r"sep=(.)\s*", line, re.IGNORECASE):
            mark = hint[1]
        elif line.strip() or not line:
            text.seek(place)
            return before, mark or _delimiter(line)
        before += 1


def _delimiter(line: str) -> str:
    """The separator the header uses most; quoted parts of it do not count."""
    header = "".join(line.split('"')[::2])
    return max(DELIMITERS, key=header.count)


def _columns(header: list[str]) -> tuple[str, ...]:
    columns = tuple(name.strip() for name in header)
    if len(columns) < 2:
        raise UnreadableFile("The header has one column only: the delimiter is wrong, or this is not a CSV file.")
    twice = {name for name in columns if name and columns.count(name) > 1}
    if twice:
        raise UnreadableFile(f"The header names {', '.join(sorted(twice))} more than once.")
    return columns


def _csv_rows(reader: Iterator[list[str]], columns: tuple[str, ...], line: int = 2, before: int = 0) -> Iterator[Row]:
    """`line` is that of the first row; `before` are lines that the reader has not counted."""
    for cells in reader:
        if any(cell.strip() for cell in cells):
            wrong = "" if len(cells) == len(columns) else f"has {len(cells)} cells where the header has {len(columns)}"
            texts = (cell if isinstance(cell, Figure) else cell.strip() for cell in cells)
            yield Row(line, dict(zip(columns, texts, strict=False)), wrong)
        line = before + reader.line_num + 1 if hasattr(reader, "line_num") else line + 1


def _explained(error: str) -> str:
    if "unexpected end" in error:
        return "a quoted cell is never closed. Nothing was imported."
    if "larger than field limit" in error:
        return f"a cell has more than {MAX_CELL:,} characters; perhaps a quote is missing. Nothing was imported."
    return f"broken CSV ({error}). Nothing was imported."


def _json_lines(text: TextIO, columns: dict[str, None]) -> Iterator[Row]:
    # By line ends alone: JSON may hold what else Python takes for one, as it is.
    for line, content in enumerate(text, start=1):
        if not content.strip():
            continue
        row = _json_row(line, content)
        columns.update(dict.fromkeys(row.values))
        yield row
    if not columns:
        raise UnreadableFile("No line is a JSON object: this is not a JSON Lines file.")


def _json_row(line: int, content: str) -> Row:
    try:
        data = json.loads(content) if len(content) <= MAX_LINE else None
    except (ValueError, RecursionError):
        return Row(line, {}, "is not valid JSON")
    if not isinstance(data, dict):
        return Row(line, {}, f"must be one JSON object of at most {MAX_LINE:,} characters")
    exact = ID in data
    values = {name: _as_text(value, exact=exact) for name, value in data.items()}
    names, texts = "".join(values), "".join((*values, *values.values()))
    if _NO_TEXT.search(texts):
        return Row(line, {}, "holds half a character (a lone surrogate), which is no text")
    if "\0" in (names if exact else texts):
        return Row(line, {}, "holds a zero character, which is no text")
    return Row(line, values)


def _as_text(value: object, *, exact: bool) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, str):
        # Our own format says its texts to the letter.
        return value if exact else value.strip()
    text = json.dumps(value, ensure_ascii=False)
    return Figure(text) if isinstance(value, int | float) else text
