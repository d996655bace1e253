"""Things for desk and studio: speakers, headphones, boxes, trays, organisers."""

from __future__ import annotations

import numpy as np

from deploy.demo.models.curves import arc, ellipse, fillet, rounded_rectangle, spline
from deploy.demo.models.design import Part
from deploy.demo.models.mesh import Mesh, joined
from deploy.demo.models.primitives import box, lathe, loft, slab, superellipsoid, tube, turned


def driver(radius: float) -> list[Part]:
    """A loudspeaker cone facing +z from z = 0: ring, surround, cone and cap."""
    ring = fillet(
        [(radius * 0.9, 0), (radius, 0), (radius, 0.006), (radius * 0.88, 0.006), (radius * 0.88, 0.0)], 0.002, 2
    )
    bowl = [
        (0, 0.0012),
        (radius * 0.3, 0.0012),
        (radius * 0.66, 0.0035),
        (radius * 0.78, 0.007),
        (radius * 0.89, 0.002),
    ]
    cap = [(radius * 0.3 * np.cos(a), 0.0012 + radius * 0.14 * np.sin(a)) for a in np.radians(np.linspace(0, 90, 8))]
    return [
        Part("ring", lathe(ring, segments=44, ring=True).turned("x", 90)),
        Part("cone", lathe(spline(bowl, 4).clip(min=0), segments=44).turned("x", 90)),
        Part("ring", lathe([*cap], segments=32).turned("x", 90)),
    ]


def shelf_speaker(*, width: float, height: float, depth: float, pair: bool = False) -> tuple[Part, ...]:
    """A two-way loudspeaker in a wooden cabinet."""
    cabinet = box(width, height, depth, radius=0.014, bevel=0.006)
    baffle = slab(rounded_rectangle(width - 0.022, height - 0.022, 0.01, 4), 0.004, bevel=0.0015).turned("x", 90)
    parts = [Part("cabinet", cabinet), Part("baffle", baffle.moved(y=height / 2, z=depth / 2 - 0.0015))]
    front = depth / 2 + 0.0025
    for radius, y in ((width * 0.36, height * 0.34), (width * 0.17, height * 0.77)):
        parts += [Part(p.role, p.mesh.moved(y=y, z=front)) for p in driver(radius)]
    if not pair:
        return tuple(parts)
    gap = width * 0.72
    left = [Part(p.role, p.mesh.turned("y", 12).moved(x=-gap), p.grain) for p in parts]
    right = [Part(p.role, p.mesh.turned("y", -12).moved(x=gap), p.grain) for p in parts]
    return (*left, *right)


def cloth_speaker(*, width: float, height: float, depth: float, handle: bool = False) -> tuple[Part, ...]:
    """A wireless speaker wrapped in cloth between two end boards; `handle` adds a leather strap."""
    body = slab(rounded_rectangle(width, depth, depth * 0.46, 8), height - 0.024, bevel=0.004).moved(y=0.012)
    plate = slab(rounded_rectangle(width, depth, depth * 0.46, 8), 0.014, bevel=0.005)
    keys = joined(*(turned([(0, 0), (0.008, 0), (0.008, 0.003), (0, 0.003)], radius=0.001, segments=20).moved(x=x)
                    for x in (-0.028, 0, 0.028)))  # fmt: skip
    parts = [
        Part("cloth", body),
        Part("cabinet", joined(plate, plate.moved(y=height - 0.014)), "x"),
        Part("ring", keys.moved(y=height)),
    ]
    if handle:
        strap = spline([(-width * 0.34, height - 0.004, 0), (-width * 0.2, height + 0.045, 0), (0, height + 0.058, 0),
                        (width * 0.2, height + 0.045, 0), (width * 0.34, height - 0.004, 0)], 6)  # fmt: skip
        parts.append(Part("strap", tube(strap, 0.006).scaled(1, 1, 2.4)))
    return tuple(parts)


def orb_speaker(*, radius: float) -> tuple[Part, ...]:
    """A ball of cloth cut flat at the top, where a metal dial sits, on a wooden ring."""
    angles = np.radians(np.linspace(-62, 58, 20))
    ball = [(radius * float(np.cos(a)), radius * float(np.sin(a))) for a in angles]
    low, high = ball[0], ball[-1]
    shell = lathe([(0, low[1]), *ball, (0, high[1])], segments=44).moved(y=-low[1] + 0.012)
    top = high[1] - low[1] + 0.012
    knob = turned(
        [
            (0, 0),
            (high[0] * 0.94, 0),
            (high[0] * 0.94, 0.01),
            (high[0] * 0.8, 0.01),
            (high[0] * 0.78, 0.006),
            (0, 0.006),
        ],
        radius=0.002,
    )
    ring = turned([(0, 0), (low[0] * 1.12, 0), (low[0] * 1.12, 0.016), (0, 0.016)], radius=0.005)
    return (Part("cloth", shell), Part("ring", knob.moved(y=top)), Part("cabinet", ring, "x"))


def radio(*, width: float, height: float, depth: float) -> tuple[Part, ...]:
    """A table radio: a wooden case, a cloth front, a dial and two keys."""
    case = box(width, height, depth, radius=0.02, bevel=0.008)
    grille = slab(rounded_rectangle(width * 0.56, height * 0.8, 0.012, 5), 0.004, bevel=0.0015).turned("x", 90)
    knob = turned([(0, 0), (height * 0.2, 0), (height * 0.19, 0.018), (0, 0.018)], radius=0.004, segments=40).turned(
        "x", 90
    )
    small = turned(
        [(0, 0), (height * 0.065, 0), (height * 0.065, 0.012), (0, 0.012)], radius=0.003, segments=28
    ).turned("x", 90)
    front = depth / 2 - 0.001
    right = width * 0.31
    pointer = (
        box(0.003, height * 0.13, 0.002, radius=0.0008)
        .turned("z", -38)
        .moved(x=right, y=height * 0.62, z=front + 0.0185)
    )
    knobs = [knob.moved(x=right, y=height * 0.62, z=front)]
    knobs += [small.moved(x=right + s * height * 0.14, y=height * 0.22, z=front) for s in (-1, 1)]
    return (
        Part("cabinet", case, "x"),
        Part("cloth", grille.moved(x=-width * 0.17, y=height / 2, z=front)),
        Part("ring", joined(*knobs)),
        Part("cone", pointer),
    )


def headphones(*, stand: bool = True) -> tuple[Part, ...]:
    """Over-ear headphones hanging on a wooden stand."""
    top, half = 0.235, 0.078
    band = spline([(-half, top - 0.115, 0), (-half * 0.99, top - 0.05, 0), (-half * 0.62, top + 0.008, 0), (0, top + 0.026, 0),
                   (half * 0.62, top + 0.008, 0), (half * 0.99, top - 0.05, 0), (half, top - 0.115, 0)], 6)  # fmt: skip
    pad = band[10:-10]
    cups, cushions = [], []
    for s in (-1, 1):
        outer = superellipsoid(0.026, 0.096, 0.08, flat=0.7, round_=0.45)
        inner = superellipsoid(0.03, 0.092, 0.076, flat=0.6, round_=0.75)
        cups.append(outer.moved(x=s * (half + 0.006), y=top - 0.175))
        cushions.append(inner.moved(x=s * (half - 0.016), y=top - 0.173))
    parts = [
        Part("band", tube(band, 0.0045)),
        Part("pad", joined(tube(pad, 0.0085).scaled(1, 1, 1.7), *cushions)),
        Part("cup", joined(*cups)),
    ]
    if stand:
        base = slab(rounded_rectangle(0.15, 0.12, 0.03, 6), 0.018, bevel=0.006)
        rest = turned([(0, -0.05), (0.019, -0.05), (0.019, 0.05), (0, 0.05)], radius=0.007, segments=28).turned("x", 90)
        post = box(0.03, top - 0.01, 0.022, radius=0.008)
        parts += [Part("stand", joined(base, rest.moved(y=top - 0.003)), "x"), Part("stand", post.moved(z=0.0))]
    return tuple(parts)


def storage_box(*, width: float, height: float, depth: float, handle: str = "strap") -> tuple[Part, ...]:
    """A lidded box with a leather pull or a turned knob."""
    body = box(width, height * 0.74, depth, radius=0.018, bevel=0.005)
    lid = box(width + 0.008, height * 0.24, depth + 0.008, radius=0.02, bevel=0.007).moved(y=height * 0.75)
    parts = [Part("body", body, "x"), Part("lid", lid, "x")]
    if handle == "strap":
        z = depth / 2 + 0.004
        loop = spline([(-0.02, height * 0.86, z), (-0.018, height * 0.74, z + 0.012), (0, height * 0.7, z + 0.016),
                       (0.018, height * 0.74, z + 0.012), (0.02, height * 0.86, z)], 5)  # fmt: skip
        parts.append(Part("pull", tube(loop, 0.0045)))
    else:
        knob = turned(
            [(0, 0), (0.008, 0), (0.008, 0.012), (0.018, 0.022), (0.013, 0.035), (0, 0.037)],
            radius=0.009,
            steps=5,
            segments=28,
        )
        parts.append(Part("pull", knob.moved(y=height * 0.99)))
    return tuple(parts)


def basket(*, radius: float, height: float, handles: bool = True) -> tuple[Part, ...]:
    """A coiled rope basket, its coils visible, with two loops for handles."""
    coils = round(height / 0.018)
    outer, inner = [], []
    for i in range(coils * 3 + 1):
        t = i / (coils * 3)
        belly = radius * (0.88 + 0.16 * np.sin(np.pi * (0.15 + 0.7 * t)))
        bump = 0.0055 * abs(np.sin(np.pi * i / 3))
        outer.append((belly + bump, height * t))
        inner.append((belly - 0.014, max(0.012, height * t)))
    shell = lathe([(0, 0), *outer, *inner[::-4], (0, 0.012)], segments=40)
    parts = [Part("body", shell)]
    if handles:
        loops = []
        for s in (-1, 1):
            x = s * radius * 0.97
            path = spline([(x, height * 0.94, -0.07), (x * 1.05, height * 1.1, -0.05), (x * 1.07, height * 1.16, 0), (x * 1.05, height * 1.1, 0.05),
                           (x, height * 0.94, 0.07)], 5)  # fmt: skip
            loops.append(tube(path, 0.0095))
        parts.append(Part("handle", joined(*loops)))
    return tuple(parts)


def tray(
    *, length: float, depth: float, rim: float = 0.022, shape: str = "rounded", grips: bool = False
) -> tuple[Part, ...]:
    """A tray with a standing rim; `grips` adds two bent bars."""

    def outline(shrink: float) -> np.ndarray:
        if shape == "oval":
            return ellipse(length - 2 * shrink, depth - 2 * shrink, 64)
        return rounded_rectangle(length - 2 * shrink, depth - 2 * shrink, max(0.01, 0.05 - shrink), 7)

    steps = [(0.006, 0.0), (0.002, 0.002), (0.0, 0.006), (0.0, rim - 0.003), (0.0015, rim - 0.0005), (0.0035, rim),
             (0.006, rim - 0.0008), (0.0075, rim - 0.003), (0.0085, 0.012), (0.0105, 0.009), (0.014, 0.008)]  # fmt: skip
    loops = [np.stack([(o := outline(s))[:, 0], np.full(len(o), y), o[:, 1]], axis=1) for s, y in steps]
    parts = [Part("body", loft(loops), "x")]
    if grips:
        bars = []
        for s in (-1, 1):
            x = s * (length / 2 - 0.004)
            path = [(x, rim - 0.006, -0.055), (x, rim + 0.026, -0.05), (x, rim + 0.032, -0.044), (x, rim + 0.032, 0.044),
                    (x, rim + 0.026, 0.05), (x, rim - 0.006, 0.055)]  # fmt: skip
            bars.append(tube(path, 0.005))
        parts.append(Part("handle", joined(*bars)))
    return tuple(parts)


def pen_block(*, width: float, depth: float) -> tuple[Part, ...]:
    """A desk organiser: a low tray block, a round cup with pencils, a slot with cards."""
    base = box(width, 0.03, depth, radius=0.018, bevel=0.006)
    cup = lathe(
        fillet([(0, 0), (0.036, 0), (0.036, 0.1), (0.0325, 0.1), (0.0325, 0.006), (0, 0.006)], 0.0015, 3), segments=40
    )
    pencils: list[Mesh] = []
    for i, (lean, high) in enumerate(((7, 0.168), (-6, 0.155), (10, 0.16))):
        stick = tube([(0, 0.02, 0), (0, high, 0)], 0.0037, sides=6)
        pencils.append(stick.turned("z", lean).turned("y", 115 * i).moved(x=-width * 0.3))
    cards = box(0.09, 0.055, 0.004, radius=0.002).turned("x", -8).moved(x=width * 0.2, y=0.024, z=-depth * 0.12)
    rest = box(0.09, 0.055, 0.004, radius=0.002).turned("x", -8).moved(x=width * 0.2, y=0.022, z=-depth * 0.12 + 0.008)
    return (
        Part("base", base, "x"),
        Part("cup", cup.moved(x=-width * 0.3, y=0.028)),
        Part("pencils", joined(*(p.moved(y=0.014) for p in pencils))),
        Part("paper", joined(cards, rest)),
    )


def letter_rack(*, width: float, plates: int = 3) -> tuple[Part, ...]:
    """Upright metal arches on a wooden bar, for letters and magazines."""
    bar = box(width * 0.62, 0.026, 0.05 * plates + 0.04, radius=0.012)
    arches = []
    for i in range(plates):
        z = 0.05 * (i - (plates - 1) / 2)
        r = width * (0.5 - 0.06 * (plates - 1 - i))
        path = np.concatenate([[[r, 0.02, z]], arc((0, r * 0.75, z), r, 0, 180, count=26), [[-r, 0.02, z]]])
        arches.append(tube(path, 0.0042))
    feet = joined(*(tube([(-width * 0.42, 0.02, z), (width * 0.42, 0.02, z)], 0.0042) for z in (-0.05, 0.05)))
    return (Part("base", bar, "z"), Part("wire", joined(*arches, feet)))


def laptop_riser(*, width: float, depth: float, height: float) -> tuple[Part, ...]:
    """A bent board that lifts a screen, with a drawerless shelf below."""
    top = box(width, 0.018, depth, radius=0.02, bevel=0.006).moved(y=height - 0.018)
    sides = joined(
        *(box(0.018, height - 0.01, depth * 0.86, radius=0.006).moved(x=s * (width / 2 - 0.05)) for s in (-1, 1))
    )
    shelf = box(width - 0.11, 0.012, depth * 0.8, radius=0.004).moved(y=height * 0.4)
    return (Part("base", joined(top, shelf), "x"), Part("base", sides))
