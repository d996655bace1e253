"""The first sheet of an XLSX workbook as rows of text: a price 12.50 reads 12.5, a barcode keeps its digits."""

import zipfile
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from catalog.importing.text import Figure

if TYPE_CHECKING:
    from openpyxl.cell import Cell

MAX_UNPACKED = 400 * 1024 * 1024
MAX_RATIO = 200
# Small files pack well without being bombs.
ALWAYS_FINE = 5 * 1024 * 1024
MAX_PARTS = 2_000
MAX_COLUMNS = 500
MAX_EMPTY_ROWS = 5_000


class BadWorkbook(ValueError):
    """The file cannot be read as a workbook; the message says what to do."""


def sheet_rows(path: Path) -> Iterator[list[str]]:
    """Row by row, never the whole sheet at once; empty rows are kept, so that lines count. Raises BadWorkbook."""
    from openpyxl import load_workbook

    _refuse_bombs(path)
    try:
        book = load_workbook(path, read_only=True, data_only=True, keep_links=False)
        sheet = next(iter(book.worksheets))
        # A sheet may claim a million columns; what it really has is read.
        sheet.reset_dimensions()
        empty = 0
        for row in sheet.iter_rows(max_col=MAX_COLUMNS):
            cells = [_text(cell) for cell in row]
            empty = 0 if any(cells) else empty + 1
            if empty > MAX_EMPTY_ROWS:
                raise BadWorkbook(f"More than {MAX_EMPTY_ROWS:,} rows are empty before a last one. Delete these rows.")
            yield cells
    except (BadWorkbook, MemoryError):
        raise
    except StopIteration:
        raise BadWorkbook("The workbook has no sheet of cells.") from None
    except Exception as error:  # openpyxl lets through whatever broken XML or a missing part brings about
        raise BadWorkbook(
            f"The workbook is broken ({type(error).__name__}). Save it anew as XLSX, or as CSV."
        ) from None


def most_unpacked(size: int) -> int:
    """The most bytes that a workbook of `size` bytes may unpack to."""
    return min(MAX_UNPACKED, max(ALWAYS_FINE, size * MAX_RATIO))


def unpacked_size(file: BinaryIO) -> int:
    """The bytes that a workbook unpacks to."""
    with zipfile.ZipFile(file) as archive:
        return _size_of(archive.infolist())


def _size_of(parts: Iterable[zipfile.ZipInfo]) -> int:
    return sum(part.file_size for part in parts)


def _refuse_bombs(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
    except zipfile.BadZipFile:
        raise BadWorkbook("The workbook is broken: it is no ZIP archive. Save it anew as XLSX, or as CSV.") from None
    if "[Content_Types].xml" not in {part.filename for part in parts}:
        raise BadWorkbook("This is an archive, but no XLSX workbook.")
    if len(parts) > MAX_PARTS or _size_of(parts) > most_unpacked(path.stat().st_size):
        raise BadWorkbook("The workbook unpacks to far more than a table of products has. Save it as CSV instead.")


def _text(cell: "Cell") -> str:
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        return Figure(_padded(_number(value), cell.number_format or ""))
    if isinstance(value, datetime):
        midnight = value.time() == time()
        return value.date().isoformat() if midnight else value.isoformat(sep=" ", timespec="seconds")
    return value.isoformat() if isinstance(value, date | time) else str(value).strip()


def _number(value: int | float) -> str:
    """As it was typed: no exponent, no .0, none of the noise that binary fractions bring."""
    if isinstance(value, int):
        return str(value)
    if value.is_integer() and abs(value) < 10**15:
        return str(int(value))
    return format(Decimal(format(value, ".15g")), "f")


def _padded(number: str, shown_as: str) -> str:
    """A code whose cell is formatted as 00000 keeps its leading zeros."""
    is_code = len(shown_as) > 1 and not shown_as.strip("0") and number.isdigit()
    return number.zfill(len(shown_as)) if is_code else number
