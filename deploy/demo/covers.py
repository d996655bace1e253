"""Draws the covers of the digital goods and photographs them standing on the shop's backdrop.

Run: python -m deploy.demo.covers [slug ...]
"""

from __future__ import annotations

import base64
import math
import sys
from collections.abc import Callable

from deploy.demo.digital.titles import TITLES, Title
from deploy.demo.render import RENDERS, SAMPLES, SIDE, save
from deploy.demo.studio_session import SCRATCH, Studio, studio

FORMS = {"book": (0.15, 0.212, 0.017), "sheet": (0.2, 0.283, 0.003), "sleeve": (0.2, 0.2, 0.007)}
VIEWS = (
    {"azimuth": -20, "elevation": 7, "fill": 0.68},
    {"azimuth": 30, "elevation": 14, "fill": 0.76},
)
WIDTH = 900


def cover(title: Title) -> tuple[str, int]:
    """The cover as SVG of 900 units' width, and its height."""
    form = FORMS[title.form]
    height = round(WIDTH * form[1] / form[0])
    ground, light, _ = title.colours
    dark_words = _brightness(ground) > 0.55
    words = "#2b2a28" if dark_words else light
    top = height * 0.62 if title.form == "sleeve" else height * 0.58
    lines = _broken(title.title, 13)
    size = 96 if len(lines) < 3 else 84
    start = height - 150 - (len(lines) - 1) * size * 1.04
    heading = "".join(
        f'<text x="70" y="{start + i * size * 1.04:.0f}" font-family="Fraunces" font-size="{size}" font-weight="600" fill="{words}">{line}</text>'
        for i, line in enumerate(lines)
    )
    small = f'font-family="DejaVu Sans" font-weight="200" font-size="27" fill="{words}"'
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" viewBox="0 0 {WIDTH} {height}">'
        f'<rect width="{WIDTH}" height="{height}" fill="{ground}"/>'
        f"{MOTIFS[title.motif](title.colours, min(top, start - size))}"
        f'{heading}<text x="72" y="{height - 78}" {small}>{title.subtitle}</text>'
        f'<text x="{WIDTH - 70}" y="{height - 34}" text-anchor="end" {small} font-size="22" letter-spacing="3">{title.brand.upper()}</text></svg>'
    )
    return svg, height


def _brightness(colour: str) -> float:
    red, green, blue = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    return 0.3 * red + 0.59 * green + 0.11 * blue


def _broken(words: str, limit: int) -> list[str]:
    lines = [""]
    for word in words.split():
        if lines[-1] and len(lines[-1]) + 1 + len(word) > limit:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines


Colours = tuple[str, str, str]


def _sun(c: Colours, h: float) -> str:
    rings = "".join(
        f'<circle cx="450" cy="{h * 0.54:.0f}" r="{r}" fill="{c[1]}" opacity="{o}"/>'
        for r, o in ((300, 0.28), (225, 0.45), (150, 1))
    )
    return f'{rings}<rect x="446" y="0" width="8" height="{h * 0.54 - 140:.0f}" fill="{c[2]}"/><path d="M330 {h * 0.54:.0f}a120 120 0 0 1 240 0z" fill="{c[2]}"/>'


def _plan(c: Colours, h: float) -> str:
    y = h * 0.14
    wall = f'fill="none" stroke="{c[1]}" stroke-width="16"'
    thin = f'fill="none" stroke="{c[2]}" stroke-width="5"'
    return (
        f'<path d="M110 {y:.0f}h680v{h * 0.76:.0f}h-420m-120 0h-140z M480 {y:.0f}v200m0 120v{h * 0.76 - 320:.0f}" {wall}/>'
        f'<path d="M370 {y + h * 0.76:.0f}a120 120 0 0 0 -120 -120v120" {thin}/><circle cx="640" cy="{h * 0.62:.0f}" r="74" {thin}/>'
        f'<rect x="160" y="{y + 50:.0f}" width="200" height="150" rx="14" {thin}/><rect x="560" y="{y + 40:.0f}" width="180" height="70" {thin}/>'
    )


def _chair(c: Colours, h: float) -> str:
    s = f'fill="none" stroke="{c[1]}" stroke-width="20" stroke-linecap="round" stroke-linejoin="round"'
    b = h * 0.9
    return (
        f'<path d="M330 {h * 0.12:.0f}L350 {b - 260:.0f}L310 {b:.0f}M350 {b - 260:.0f}H590L640 {b:.0f}M590 {b - 250:.0f}L575 {b - 20:.0f}M392 {b - 250:.0f}L400 {b - 20:.0f}'
        f'M330 {h * 0.12:.0f}H545L590 {b - 260:.0f}" {s}/><path d="M392 {h * 0.16:.0f}L412 {b - 280:.0f}M440 {h * 0.16:.0f}L468 {b - 280:.0f}M490 {h * 0.16:.0f}L524 {b - 280:.0f}" {s} stroke-width="9"/>'
        f'<circle cx="640" cy="{h * 0.24:.0f}" r="62" fill="{c[2]}"/>'
    )


def _leaf(c: Colours, h: float) -> str:
    blades = []
    for i, angle in enumerate((-64, -38, -13, 13, 38, 64)):
        colour = c[1] if i % 2 else c[2]
        blades.append(
            f'<path d="M0 0C-90 -150 -70 -{h * 0.6:.0f} 0 -{h * 0.74:.0f}C70 -{h * 0.6:.0f} 90 -150 0 0z" fill="{colour}" transform="translate(450 {h * 0.95:.0f}) rotate({angle}) scale(.72 {0.98 - abs(angle) / 260:.2f})"/>'
        )
    return "".join(blades)


def _cup(c: Colours, h: float) -> str:
    y = h * 0.5
    steam = "".join(
        f'<path d="M{x} {y - 70:.0f}c-50 -70 50 -110 0 -190" fill="none" stroke="{c[1]}" stroke-width="16" stroke-linecap="round"/>'
        for x in (360, 440, 520)
    )
    return f'{steam}<path d="M250 {y:.0f}h380c0 220 -80 290 -190 290s-190 -70 -190 -290z" fill="{c[2]}"/><path d="M622 {y + 40:.0f}c130 -30 120 150 -30 140" fill="none" stroke="{c[2]}" stroke-width="30"/><ellipse cx="440" cy="{y:.0f}" rx="190" ry="30" fill="{c[1]}"/>'


def _stool(c: Colours, h: float) -> str:
    y = h * 0.3
    s = f'stroke="{c[2]}" stroke-width="5" fill="none"'
    return (
        f'<path d="M250 {y:.0f}h400v44h-400z" fill="{c[1]}"/><path d="M320 {y + 44:.0f}h44l-62 {h * 0.5:.0f}h-34zM536 {y + 44:.0f}h44l52 {h * 0.5:.0f}h-34zM434 {y + 44:.0f}h34v{h * 0.47:.0f}h-34z" fill="{c[1]}"/>'
        f'<path d="M250 {y - 46:.0f}h400m-400 -20v40m400 -40v40M720 {y:.0f}v{h * 0.5 + 44:.0f}m-20 -{h * 0.5 + 44:.0f}h40m-40 {h * 0.5 + 44:.0f}h40" {s}/>'
    )


def _bird(c: Colours, h: float) -> str:
    y = h * 0.2
    return (
        f'<path d="M270 {y + 130:.0f}L450 {y:.0f}L630 {y + 130:.0f}V{h * 0.9:.0f}H270z" fill="{c[1]}"/><path d="M240 {y + 150:.0f}L450 {y - 4:.0f}L660 {y + 150:.0f}" fill="none" stroke="{c[2]}" stroke-width="26"/>'
        f'<circle cx="450" cy="{h * 0.5:.0f}" r="62" fill="{c[2]}"/><path d="M450 {h * 0.7:.0f}v46" stroke="{c[2]}" stroke-width="14" stroke-linecap="round"/>'
    )


def _apron(c: Colours, h: float) -> str:
    y = h * 0.1
    return (
        f'<path d="M350 {y + 90:.0f}h200c10 120 60 170 130 190v{h * 0.55:.0f}h-460v-{h * 0.55:.0f}c70 -20 120 -70 130 -190z" fill="{c[1]}"/>'
        f'<path d="M350 {y + 90:.0f}c0 -130 200 -130 200 0" fill="none" stroke="{c[2]}" stroke-width="14"/>'
        f'<path d="M300 {y + 420:.0f}h120v110h-120zM480 {y + 420:.0f}h120v110h-120z" fill="none" stroke="{c[2]}" stroke-width="7" stroke-dasharray="16 10"/>'
    )


def _quilt(c: Colours, h: float) -> str:
    side = 150
    cells = []
    for row in range(max(3, int(h // side))):
        for column in range(6):
            x, y = column * side, row * side
            kind = (row * 2 + column * 3 + row * column) % 4
            points = (
                (x, y, x + side, y, x + side, y + side),
                (x, y, x, y + side, x + side, y + side),
                (x + side, y, x, y + side, x, y),
                (x, y + side, x + side, y + side, x + side, y),
            )[kind]
            colour = c[1] if (row + column) % 2 else c[2]
            cells.append(f'<polygon points="{" ".join(map(str, points))}" fill="{colour}"/>')
    return "".join(cells)


def _rings(c: Colours, h: float) -> str:
    return "".join(
        f'<circle cx="{x}" cy="{h * y:.0f}" r="{r}" fill="none" stroke="{c[1 + i % 2]}" stroke-width="22"/>'
        for i, (x, y, r) in enumerate(
            ((300, 0.44, 190), (300, 0.44, 120), (300, 0.44, 50), (640, 0.66, 120), (640, 0.66, 60), (670, 0.24, 76))
        )
    )


def _waves(c: Colours, h: float) -> str:
    paths = []
    for i in range(11):
        y = h * (0.16 + 0.075 * i)
        swing = 16 + 62 * math.sin(math.pi * i / 10)
        paths.append(
            f'<path d="M60 {y:.0f}c130 -{swing:.0f} 260 -{swing:.0f} 390 0s260 {swing:.0f} 390 0" fill="none" stroke="{c[1 + i % 2]}" stroke-width="10"/>'
        )
    return "".join(paths)


def _dots(c: Colours, h: float) -> str:
    dots = []
    for row in range(6):
        for column in range(8):
            radius = 10 + 26 * abs(math.sin(0.7 * row + 0.5 * column))
            dots.append(
                f'<circle cx="{100 + column * 100}" cy="{h * (0.16 + 0.14 * row):.0f}" r="{radius:.0f}" fill="{c[1 + (row + column) % 5 // 4]}"/>'
            )
    return "".join(dots)


def _bars(c: Colours, h: float) -> str:
    heights = (0.2, 0.5, 0.8, 0.36, 0.62, 0.94, 0.44, 0.7, 0.28, 0.52, 0.18)
    return "".join(
        f'<rect x="{92 + i * 66}" y="{h * 0.56 - h * 0.4 * t:.0f}" width="34" height="{h * 0.8 * t:.0f}" rx="17" fill="{c[2] if i % 3 == 2 else c[1]}"/>'
        for i, t in enumerate(heights)
    )


def _scales(c: Colours, h: float) -> str:
    arcs = []
    for row in range(int(h // 75) + 1):
        for column in range(7):
            x, y = column * 150 + (75 if row % 2 else 0), row * 75
            arcs.append(
                "".join(
                    f'<path d="M{x - r} {y}a{r} {r} 0 0 0 {2 * r} 0z" fill="{fill}"/>'
                    for r, fill in ((75, c[1]), (54, c[2]), (30, c[0]))
                )
            )
    return f'<clipPath id="k"><rect width="900" height="{h:.0f}"/></clipPath><g clip-path="url(#k)">{"".join(arcs)}</g>'


def _steps(c: Colours, h: float) -> str:
    y = h * 0.15
    return (
        f'<path d="M140 {y:.0f}h300v{h * 0.75:.0f}h-300z" fill="{c[1]}"/><path d="M460 {y:.0f}h300v{h * 0.75:.0f}h-300z" fill="{c[1]}" opacity=".55"/>'
        f'<path d="M140 {y + h * 0.75:.0f}L440 {y + h * 0.2:.0f}V{y + h * 0.75:.0f}z" fill="{c[2]}"/><path d="M460 {y + h * 0.75:.0f}V{y + h * 0.2:.0f}L760 {y + h * 0.75:.0f}z" fill="{c[2]}" opacity=".6"/>'
    )


def _chairline(c: Colours, h: float) -> str:
    box = f'fill="none" stroke="{c[2]}" stroke-width="4" stroke-dasharray="14 10"'
    return (
        f'<path d="M250 {h * 0.3:.0f}l120 -90h300l-120 90zM250 {h * 0.3:.0f}v{h * 0.58:.0f}h300v-{h * 0.58:.0f}M670 {h * 0.3 - 90:.0f}v{h * 0.58:.0f}l-120 90" {box}/>'
        + _chair((c[0], c[1], c[0]), h)
    )


MOTIFS: dict[str, Callable[[Colours, float], str]] = {
    "sun": _sun, "plan": _plan, "chair": _chair, "leaf": _leaf, "cup": _cup, "stool": _stool, "bird": _bird, "apron": _apron,
    "quilt": _quilt, "rings": _rings, "waves": _waves, "dots": _dots, "bars": _bars, "scales": _scales, "steps": _steps,
    "chairline": _chairline,
}  # fmt: skip


def face() -> str:
    """The style sheet that brings the headline face from the scratch folder."""
    file = SCRATCH / "node_modules/@fontsource/fraunces/files/fraunces-latin-600-normal.woff2"
    return f"@font-face{{font-family:Fraunces;font-weight:600;src:url(data:font/woff2;base64,{base64.b64encode(file.read_bytes()).decode()})}}"


def photograph(camera: Studio, title: Title) -> None:
    """Paint the cover, stand it up and take its two pictures."""
    svg, height = cover(title)
    (SCRATCH / "covers").mkdir(exist_ok=True)
    camera.paint(svg, WIDTH, height, style=face()).save(SCRATCH / "covers" / f"{title.slug}.png")
    item = {
        "cover": f"/scratch/covers/{title.slug}.png",
        "size": list(FORMS[title.form]),
        "spine": title.colours[0],
        "edge": "#f2ecdf" if title.form == "book" else title.colours[0],
        "turn": 4,
    }
    for number, view in enumerate(VIEWS, start=1):
        spec = {"width": SIDE, "height": SIDE, "samples": SAMPLES, "mount": "floor", "view": view, "items": [item]}
        name = f"{title.slug}-{number}.webp"
        save(camera.shoot(spec), RENDERS / name)
        print(name, flush=True)


def main(slugs: list[str]) -> None:
    """Photograph the named covers, or all of them."""
    RENDERS.mkdir(parents=True, exist_ok=True)
    with studio() as camera:
        for title in TITLES:
            if not slugs or title.slug in slugs:
                photograph(camera, title)


if __name__ == "__main__":
    main(sys.argv[1:])
