"""A line plot as SVG: p95 latency of each path against the size of the catalog. Readable in light and dark."""

import math
from collections.abc import Mapping, Sequence
from html import escape

WIDTH, LEFT, TOP, PLOT, ROW = 920, 64, 56, 520, 20
COLOURS = ("#2563eb", "#d97706", "#059669", "#dc2626", "#7c3aed", "#0891b2", "#be185d", "#65a30d")
DASHES = ("none", "6 4")
STYLE = (
    "text{font:13px system-ui,sans-serif;fill:#1f2937}.t{font-size:16px;font-weight:600}.g{stroke:#9ca3af;"
    "stroke-opacity:.35}.l{fill:none;stroke-width:2}.b{fill:#fff}"
    "@media(prefers-color-scheme:dark){text{fill:#e5e7eb}.b{fill:#111827}}"
)


def latencies(found: Mapping[str, Mapping[int, float]], *, title: str) -> str:
    """`found`: path -> catalog size -> p95 in milliseconds. Both axes are logarithmic."""
    sizes = sorted({size for points in found.values() for size in points})
    values = [ms for points in found.values() for ms in points.values()]
    ticks = _ticks(min(values), max(values))
    height = max(420, TOP + 60 + ROW * len(found))
    bottom = height - 48
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" '
        f'aria-label="{escape(title)}">',
        f"<style>{STYLE}</style>",
        f'<rect class="b" width="{WIDTH}" height="{height}"/>',
        f'<text class="t" x="{LEFT}" y="28">{escape(title)}</text>',
    ]
    for ms in ticks:
        y = _y(ms, ticks, bottom)
        lines.append(f'<line class="g" x1="{LEFT}" x2="{PLOT}" y1="{y:.1f}" y2="{y:.1f}"/>')
        lines.append(f'<text x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{ms:g}</text>')
    for size in sizes:
        lines.append(f'<text x="{_x(size, sizes):.1f}" y="{bottom + 22}" text-anchor="middle">{size:,}</text>')
    lines.append(f'<text x="{LEFT - 8}" y="{TOP - 10}" text-anchor="end">ms</text>')
    for number, (name, points) in enumerate(found.items()):
        lines += _line(number, name, points, sizes, ticks, bottom)
    return "\n".join([*lines, "</svg>"]) + "\n"


def _line(
    number: int, name: str, points: Mapping[int, float], sizes: Sequence[int], ticks: Sequence[float], bottom: int
) -> list[str]:
    colour, dash = COLOURS[number % len(COLOURS)], DASHES[number // len(COLOURS) % len(DASHES)]
    marks = [(_x(size, sizes), _y(ms, ticks, bottom)) for size, ms in sorted(points.items())]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in marks)
    key = TOP + ROW * number
    return [
        f'<polyline class="l" stroke="{colour}" stroke-dasharray="{dash}" points="{path}"/>',
        *(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="{colour}"/>' for x, y in marks),
        f'<line class="l" stroke="{colour}" stroke-dasharray="{dash}" x1="{PLOT + 40}" x2="{PLOT + 66}" '
        f'y1="{key - 4}" y2="{key - 4}"/>',
        f'<text x="{PLOT + 74}" y="{key}">{escape(name)}</text>',
    ]


def _ticks(least: float, most: float) -> list[float]:
    """1, 2, 5, 10 ... from the one below the least to the one above the most."""
    steps = [digit * 10.0**power for power in range(-2, 6) for digit in (1, 2, 5)]
    first = max(step for step in steps if step <= max(least, steps[0]))
    last = min(step for step in steps if step >= min(max(most, first * 2), steps[-1]))
    return [step for step in steps if first <= step <= last]


def _x(size: int, sizes: Sequence[int]) -> float:
    if len(sizes) == 1:
        return (LEFT + PLOT) / 2
    share = math.log(size / sizes[0]) / math.log(sizes[-1] / sizes[0])
    return LEFT + 24 + share * (PLOT - LEFT - 56)


def _y(ms: float, ticks: Sequence[float], bottom: int) -> float:
    share = math.log(max(ms, ticks[0]) / ticks[0]) / math.log(ticks[-1] / ticks[0])
    return bottom - share * (bottom - TOP)
