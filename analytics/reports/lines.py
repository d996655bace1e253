"""An answer of the lake as lines of text."""

from analytics.engines import Answer

WIDEST = 60


def lines_of(answer: Answer) -> list[str]:
    """A table with its columns' names; whatever could move a terminal's cursor is shown as "?"."""
    cells = [[_cell(value) for value in row] for row in answer.rows]
    widths = [max(len(line[i]) for line in [list(answer.columns), *cells]) for i in range(len(answer.columns))]
    lines = [list(answer.columns), ["-" * width for width in widths], *cells]
    return ["  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)).rstrip() for line in lines]


def _cell(value: object) -> str:
    text = "" if value is None else "".join(c if c.isprintable() else "?" for c in str(value))
    return text if len(text) <= WIDEST else text[: WIDEST - 1] + "…"
