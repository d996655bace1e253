"""Each phase's bill by service as SVG, once with its own traffic and once with ten times as much."""

from html import escape

from deploy.bench.plot import COLOURS, STYLE, WIDTH
from deploy.cost.ledger import FACTORS, bill
from deploy.cost.usage import phases

LEFT, TOP, ROW, BAR, RIGHT, KEY = 120, 64, 34, 22, 90, 24
SHOWN = len(COLOURS) - 1
OTHERS = "all others"


def costs() -> str:
    """A bar for each phase and traffic, cut into the largest services."""
    bars = [(f"{phase.name}, {factor}x", bill(phase.times(factor))) for phase in phases() for factor in FACTORS]
    names = list(bill(phases()[-1]).by_service())[:SHOWN]
    most = max(made.total for _, made in bars)
    keys = TOP + ROW * len(bars) + KEY
    height = keys + KEY * 3
    title = "A month in AWS by phase and traffic, USD"
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{title}">',
        f"<style>{STYLE}</style>",
        f'<rect class="b" width="{WIDTH}" height="{height}"/>',
        f'<text class="t" x="20" y="32">{title}</text>',
    ]
    for number, (label, made) in enumerate(bars):
        parts += _bar(TOP + ROW * number, label, made.by_service(), names, (WIDTH - LEFT - RIGHT) / most)
    for number, name in enumerate([*names, OTHERS]):
        x, y = 20 + number % 4 * 225, keys + number // 4 * KEY
        parts.append(f'<rect x="{x}" y="{y}" width="12" height="12" fill="{COLOURS[number]}"/>')
        parts.append(f'<text x="{x + 18}" y="{y + 11}">{escape(name)}</text>')
    return "\n".join([*parts, "</svg>"]) + "\n"


def _bar(y: int, label: str, sums: dict[str, float], names: list[str], scale: float) -> list[str]:
    parts = [f'<text x="{LEFT - 10}" y="{y + 16}" text-anchor="end">{escape(label)}</text>']
    pieces = [sums.get(name, 0) for name in names]
    x = float(LEFT)
    for colour, usd in zip(COLOURS, [*pieces, sum(sums.values()) - sum(pieces)], strict=True):
        parts.append(f'<rect x="{x:.1f}" y="{y}" width="{usd * scale:.1f}" height="{BAR}" fill="{colour}"/>')
        x += usd * scale
    return [*parts, f'<text x="{x + 6:.1f}" y="{y + 16}">{sum(sums.values()):,.0f}</text>']
