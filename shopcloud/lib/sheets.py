"""Tables for spreadsheets: no cell of theirs is taken for a formula."""

import csv
import io
import re
from collections.abc import Iterable

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
# Where the list separator is a semicolon, as in Germany, spreadsheet programs split cells of a CSV there as well.
_SPLIT = re.compile(r";(?=[\s\"']*[=+@-])")


def safe_cell(text: str) -> str:
    """A text that no spreadsheet program runs: an apostrophe stands before what could be a formula, or an escape."""
    return f"'{text}" if text.startswith((*_FORMULA, "'")) else text


def plain_cell(text: str) -> str:
    """What `safe_cell` was given."""
    return text[1:] if text.startswith("'") and text[1:].startswith((*_FORMULA, "'")) else text


def is_split_into_formulas(text: str) -> bool:
    """Whether a formula could begin inside it."""
    return bool(_SPLIT.search(text))


def csv_text(rows: Iterable[Iterable[object]]) -> str:
    """CSV with a byte order mark, so that spreadsheet programs read its letters right."""
    written = io.StringIO()
    csv.writer(written).writerows([_SPLIT.sub(";'", safe_cell(str(cell))) for cell in row] for row in rows)
    return "\ufeff" + written.getvalue()
