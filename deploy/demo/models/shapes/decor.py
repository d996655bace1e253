"""Planters with plants, candle holders, mirrors, cushions."""

from __future__ import annotations

import numpy as np

from deploy.demo.models.curves import arc, fillet, rounded_rectangle, spline
from deploy.demo.models.design import Part
from deploy.demo.models.mesh import Floats, Mesh, joined
from deploy.demo.models.primitives import lathe, loft, pillow, sheet, slab, tube, turned
from deploy.demo.models.shapes.tableware import Knots, body, soft_body


def leaf(length: float, width: float, *, droop: float, lift: float) -> Mesh:
    """A pointed leaf growing from the origin along x, arching by `droop` and starting at `lift` degrees."""

    def surface(u: Floats, v: Floats) -> Floats:
        t = np.clip((v + 1) / 2, 0, 1.001)
        wide = width * np.sin(np.pi * np.clip(t * 0.93 + 0.04, 0, 1)) ** 0.8
        angle = np.radians(lift) - droop * t
        x = length * t * np.cos(angle)
        y = length * t * np.sin(angle) + 0.12 * width * u**2
        return np.stack([x, y, u * wide / 2], axis=-1)

    return sheet(surface, thickness=0.0018, across=5, along=9)


def plant(kind: str, radius: float) -> list[Part]:
    """Foliage rising from y = 0 that suits a pot of the given radius: `fan`, `upright` or `cactus`."""
    rng = np.random.default_rng(len(kind))
    if kind == "cactus":
        return [_cactus(radius * 0.55, radius * 2.4)]
    count, tall = (13, 3.0) if kind == "fan" else (11, 3.4)
    light, dark = [], []
    for i in range(count):
        length = radius * tall * float(rng.uniform(0.7, 1.05))
        lift = float(rng.uniform(48, 82)) if kind == "fan" else float(rng.uniform(74, 88))
        droop = float(rng.uniform(0.5, 1.1)) if kind == "fan" else float(rng.uniform(0.0, 0.22))
        blade = leaf(length, radius * (0.62 if kind == "fan" else 0.3), droop=droop, lift=lift)
        (light if i % 3 else dark).append(blade.moved(x=radius * 0.12).turned("y", 137.5 * i))
    return [Part("leaf", joined(*light)), Part("leaf-dark", joined(*dark))]


def _cactus(radius: float, height: float) -> Part:
    loops = []
    angles = np.linspace(0, 2 * np.pi, 60, endpoint=False)
    for t in np.linspace(0, 1, 14):
        ring = (
            radius
            * np.sqrt(max(0.0, 1 - max(0.0, (t - 0.55) / 0.45) ** 2))
            * (0.82 + 0.18 * np.sin(np.pi * min(1, t * 1.6)))
        )
        ribbed = ring * (1 + 0.09 * np.cos(10 * angles))
        loops.append(np.stack([ribbed * np.cos(angles), np.full(60, height * t), -ribbed * np.sin(angles)], axis=1))
    return Part("leaf", loft(loops))


def planter(*, knots: Knots, kind: str, soft: bool = False, legs: float = 0.0) -> tuple[Part, ...]:
    """A pot with soil and a plant; `legs` stands it on a wooden frame of that height."""
    pot = soft_body(knots, 0.006) if soft else body(knots, 0.006, round_=0.012)
    rim, height = knots[-1]
    soil = turned([(0, 0), (rim - 0.007, 0), (rim - 0.007, 0.004), (0, 0.008)], radius=0.001, segments=36)
    growth = [Part(p.role, p.mesh.moved(y=height * 0.86 + legs)) for p in plant(kind, rim)]
    parts = [Part("body", pot.moved(y=legs)), Part("soil", soil.moved(y=height * 0.86 + legs)), *growth]
    if legs:
        reach = max(k[0] for k in knots) + 0.012
        posts = [tube([(reach * np.cos(a), 0, reach * np.sin(a)), (reach * np.cos(a), legs + height * 0.45, reach * np.sin(a))], 0.011)
                 for a in np.radians([45, 135, 225, 315])]  # fmt: skip
        bars = [tube([(-reach * c, legs - 0.014, -reach * s), (reach * c, legs - 0.014, reach * s)], 0.009)
                for c, s in ((0.707, 0.707), (0.707, -0.707))]  # fmt: skip
        parts.append(Part("stand", joined(*posts, *bars)))
    return tuple(parts)


def candle(radius: float, height: float) -> list[Part]:
    """A candle standing on y = 0, with its wick."""
    wax = turned([(0, 0), (radius, 0), (radius * 0.96, height), (0, height - 0.002)], radius=radius * 0.3, segments=28)
    return [Part("wax", wax), Part("wick", tube([(0, height - 0.004, 0), (0.001, height + 0.012, 0)], 0.0011, sides=6))]


def candlestick(*, profiles: list[Knots], spacing: float = 0.13) -> tuple[Part, ...]:
    """Turned candlesticks in a row, each a (radius, height) profile from foot to cup, with tapers."""
    parts: list[Part] = []
    for i, profile in enumerate(profiles):
        x = spacing * (i - (len(profiles) - 1) / 2)
        z = 0.03 * (-1) ** i
        side = fillet([(0, 0), *profile, (0, profile[-1][1])], 0.004, 3)
        parts.append(Part("body", lathe(side, segments=44).moved(x=x, z=z)))
        parts += [Part(p.role, p.mesh.moved(x=x, y=profile[-1][1] - 0.002, z=z)) for p in candle(0.0105, 0.2)]
    return tuple(parts)


def candle_arch(*, width: float, lights: int) -> tuple[Part, ...]:
    """A bent rod on a round foot, its cups in a curve."""
    xs = np.linspace(-width / 2, width / 2, lights)
    rod = spline([(x, 0.16 - 0.12 * np.cos(np.pi * x / width * 0.9) + 0.06, 0) for x in xs], 8)
    cup = turned([(0, 0), (0.017, 0), (0.017, 0.022), (0, 0.02)], radius=0.003, segments=28)
    foot = turned([(0, 0), (0.07, 0), (0.07, 0.012), (0.012, 0.018), (0, 0.018)], radius=0.004, segments=44)
    base = float(rod[len(rod) // 2][1])
    parts = [Part("body", joined(tube(rod, 0.006), foot, tube([(0, 0.01, 0), (0, base, 0)], 0.007)))]
    for x in xs:
        y = 0.16 - 0.12 * np.cos(np.pi * x / width * 0.9) + 0.06
        parts.append(Part("body", cup.moved(x=float(x), y=float(y))))
        parts += [Part(p.role, p.mesh.moved(x=float(x), y=float(y) + 0.02)) for p in candle(0.0105, 0.17)]
    return tuple(parts)


def tealights(*, radius: float, height: float) -> tuple[Part, ...]:
    """A thick glass or ceramic cup around a low candle."""
    cup = body([(0.004, 0), (radius * 0.92, 0), (radius, height)], 0.005, round_=0.012)
    return (Part("body", cup), *(Part(p.role, p.mesh.moved(y=0.008)) for p in candle(radius * 0.78, height * 0.5)))


def mirror(*, width: float, height: float, shape: str, frame: float = 0.014, shelf: bool = False) -> tuple[Part, ...]:
    """A wall mirror in a slim frame: `round`, `arch` or `pill`."""
    outline = _mirror_outline(width, height, shape)
    glass = slab(outline, 0.008, bevel=0.002).turned("x", 90)
    rim = np.stack([outline[:, 0], -outline[:, 1], np.zeros(len(outline))], axis=1)
    border = tube(rim, frame / 2, sides=10, ring=True).scaled(1, 1, 1.9).moved(z=0.006)
    parts = [Part("mirror", glass), Part("frame", border)]
    if shelf:
        ledge = slab(rounded_rectangle(width * 1.06, 0.11, 0.02, 5), 0.018, bevel=0.006)
        parts.append(Part("frame", ledge.moved(y=-height / 2 - 0.012, z=0.05), "x"))
    return tuple(parts)


def _mirror_outline(width: float, height: float, shape: str) -> Floats:
    if shape == "round":
        angles = np.linspace(0, 2 * np.pi, 72, endpoint=False)
        return np.stack([width / 2 * np.cos(angles), -height / 2 * np.sin(angles)], axis=1)
    if shape == "pill":
        return rounded_rectangle(width, height, width * 0.499, 16)
    top = arc((0, height / 2 - width / 2, 0), width / 2, 0, 180, count=32)[:, :2] * np.array([1, -1])
    bottom = rounded_rectangle(width, height, 0.02, 4)
    lower = bottom[bottom[:, 1] > 0]
    return np.concatenate([top, lower])


def cushion(*, width: float, depth: float, height: float, piped: bool = True, lean: float = 72.0) -> tuple[Part, ...]:
    """A scatter cushion, upright and leaning back a little, with piping along its seam."""
    stuffed = pillow(width, depth, height)
    parts = [Part("cloth", stuffed)]
    if piped:
        t = np.linspace(-1, 1, 24)
        edge = (
            [(a, -1.0) for a in t[:-1]]
            + [(1.0, a) for a in t[:-1]]
            + [(-a, 1.0) for a in t[:-1]]
            + [(-1.0, -a) for a in t[:-1]]
        )
        seam = np.array([
            (width / 2 * u * (1 - 0.05 * (1 - v**2) * abs(u)), height / 2, -depth / 2 * v * (1 - 0.05 * (1 - u**2) * abs(v)))
            for u, v in edge
        ])  # fmt: skip
        parts.append(Part("piping", tube(seam, 0.0055, sides=8, ring=True)))
    return tuple(Part(part.role, part.mesh.turned("x", lean), part.grain) for part in parts)


def floor_cushion(*, radius: float, height: float) -> tuple[Part, ...]:
    """A round pouffe with a sunken button."""
    side = spline([(0.0, 0.0), (radius * 0.8, 0.0), (radius, height * 0.3), (radius, height * 0.68), (radius * 0.78, height * 0.98),
                   (radius * 0.35, height), (0.012, height * 0.9), (0.0, height * 0.9)], 6).clip(min=0)  # fmt: skip
    button = turned([(0, 0), (0.022, 0), (0.02, 0.01), (0, 0.012)], radius=0.004, segments=24)
    hoops = [tube(arc((0, y, 0), r, 0, 354, plane="xz", count=60), 0.005, sides=8, ring=True)
             for y, r in ((height * 0.16, radius * 0.925), (height * 0.87, radius * 0.9))]  # fmt: skip
    return (Part("cloth", lathe(side, segments=44)), Part("piping", joined(button.moved(y=height * 0.9), *hoops)))
