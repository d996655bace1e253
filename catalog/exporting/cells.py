"""Texts in cells that come back letter by letter, whatever they hold and whichever program the file went through.

No cell is a formula, nor has one behind a semicolon. What would, and what cells lose or programs change (blanks at the
ends, control characters), is written as `json:"..."`. Pairs are lines of `name: value`, their own colons and line
breaks behind a backslash.
"""

import json
import re
from collections.abc import Iterable

from shopcloud.lib.sheets import is_split_into_formulas, plain_cell, safe_cell

_JSON = 'json:"'
# Not allowed in a workbook or dropped by spreadsheets; `_x000D_` is how workbooks write them.
_FRAGILE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]|_x[0-9A-Fa-f]{4}_")
_ESCAPES = {"\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_ESCAPED = {**{written[1]: char for char, written in _ESCAPES.items()}, "s": " ", ":": ":"}
_BLANKS = " \t\r"
_PAIR = re.compile(r"((?:[^\\:]|\\.)*):(.*)", re.DOTALL)


def cell_of(text: str) -> str:
    if text != text.strip() or _FRAGILE.search(text) or text.startswith(_JSON) or is_split_into_formulas(text):
        return "json:" + json.dumps(text).replace("_x", "\\u005fx").replace(";", "\\u003b")
    return safe_cell(text)


def text_of(cell: str) -> str:
    """What `cell_of` was given. Raises ValueError."""
    if not cell.startswith(_JSON):
        return plain_cell(cell)
    try:
        text = json.loads(cell.removeprefix("json:"))
    except ValueError:
        raise ValueError(f"{cell[:40]!r} is not one JSON text") from None
    return str(text)


def lines_of(pairs: Iterable[tuple[str, str]]) -> str:
    return "\n".join(": ".join((_escaped(name).replace(":", "\\:"), _escaped(value))) for name, value in pairs)


def pairs_of(lines: str) -> dict[str, str]:
    """What `lines_of` was given. Raises ValueError."""
    pairs: dict[str, str] = {}
    for line in lines.split("\n"):
        if not line.strip(_BLANKS):
            continue
        found = _PAIR.fullmatch(line)
        if not found:
            raise ValueError(f"{line[:40]!r} is not of the form name: value")
        name, value = (_unescaped(part) for part in found.groups())
        if name in pairs:
            raise ValueError(f"{name[:40]!r} is there twice")
        pairs[name] = value
    return pairs


def _escaped(text: str) -> str:
    written = "".join(_ESCAPES.get(char, char) for char in text)
    start = len(written) - len(written.lstrip(" "))
    end = len(written) - start - len(written.strip(" ")) if start < len(written) else 0
    return "\\s" * start + written.strip(" ") + "\\s" * end


def _unescaped(text: str) -> str:
    # People write backslashes too: one before any other letter is itself.
    return re.sub(r"\\(.)", lambda found: _ESCAPED.get(found[1], found[0]), text.strip(_BLANKS))
