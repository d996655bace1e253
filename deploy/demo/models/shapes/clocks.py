"""Clocks for walls and shelves."""

from __future__ import annotations

import numpy as np

from deploy.demo.models.curves import disc, inset, rounded_rectangle
from deploy.demo.models.design import Part
from deploy.demo.models.mesh import Floats, Mesh, joined
from deploy.demo.models.primitives import box, lathe, slab, tube, turned


def dial(radius: float, *, marks: str = "lines", second: bool = True) -> list[Part]:
    """Hour marks and hands at ten past ten, facing +z, just in front of z = 0."""
    ticks: list[Mesh] = []
    for hour in range(12):
        if marks == "quarters" and hour % 3:
            continue
        if marks == "dots":
            tick = turned(
                [(0, 0), (radius * 0.028, 0), (radius * 0.028, 0.002), (0, 0.002)], radius=0.0005, segments=16
            )
            tick = tick.turned("x", 90).moved(y=radius * 0.82)
        else:
            long = radius * (0.16 if hour % 3 == 0 else 0.1)
            tick = box(radius * 0.022, long, 0.002, radius=0.0005).moved(y=radius * 0.9 - long)
        ticks.append(tick.turned("z", -30 * hour))
    hands = [
        _hand(radius * 0.52, radius * 0.045).turned("z", -30 * (10 + 9 / 60)).moved(z=0.004),
        _hand(radius * 0.76, radius * 0.032).turned("z", -6 * 9).moved(z=0.007),
    ]
    cap = turned([(0, 0), (radius * 0.05, 0), (radius * 0.05, 0.006), (0, 0.006)], radius=0.001, segments=24)
    parts = [Part("marks", joined(*ticks)), Part("hands", joined(*hands, cap.turned("x", 90).moved(z=0.006)))]
    if second:
        sweep = _hand(radius * 0.8, radius * 0.012).turned("z", -6 * 36).moved(z=0.01)
        parts.append(Part("second", sweep))
    return parts


def _hand(length: float, width: float) -> Mesh:
    return box(width, length * 1.16, 0.002, radius=0.0005).moved(y=-length * 0.16)


def wall_clock(*, radius: float, depth: float = 0.04, marks: str = "lines", rim: float = 0.012) -> tuple[Part, ...]:
    """A round wall clock: a turned case with a rim standing proud of the face."""
    case = turned(
        [(0, 0), (radius, 0), (radius, depth), (radius - rim, depth), (radius - rim, depth * 0.55), (0, depth * 0.55)],
        radius=0.0045,
    )
    face = turned(
        [(0, 0), (radius - rim - 0.0005, 0), (radius - rim - 0.0005, 0.002), (0, 0.002)], radius=0.0005, segments=44
    )
    front = depth * 0.55 + 0.002
    return (
        Part("case", case.turned("x", 90), "x"),
        Part("face", face.turned("x", 90).moved(z=depth * 0.55)),
        *(Part(p.role, p.mesh.moved(z=front)) for p in dial(radius - rim, marks=marks)),
    )


def flat_clock(*, width: float, height: float, corner: float, marks: str = "dots") -> tuple[Part, ...]:
    """A wall clock cut from one soft-cornered board."""
    plate = slab(rounded_rectangle(width, height, corner, 8), 0.02, bevel=0.006, steps=3).turned("x", 90)
    return (
        Part("case", plate, "y"),
        *(Part(p.role, p.mesh.moved(z=0.021)) for p in dial(min(width, height) / 2, marks=marks)),
    )


def table_clock(*, width: float, height: float, depth: float, shape: str = "block") -> tuple[Part, ...]:
    """A clock for shelf or bedside: a `block`, an `arch` or a `drum` on a foot."""
    radius = min(width, height) * 0.42
    if shape == "drum":
        case = turned([(0, 0), (width / 2, 0), (width / 2, depth), (width / 2 - 0.008, depth), (width / 2 - 0.008, depth - 0.008), (0, depth - 0.008)],
                      radius=0.003)  # fmt: skip
        centre, front = width / 2 + 0.018, depth - 0.008 - depth / 2
        body = case.turned("x", 90).moved(y=centre, z=-depth / 2)
        foot = box(width * 0.42, 0.03, depth * 0.85, radius=0.006)
        parts = [Part("case", body, "x"), Part("foot", foot)]
        radius = width / 2 - 0.01
    else:
        outline = _arch(width, height) if shape == "arch" else rounded_rectangle(width, height, 0.016, 5)
        body = slab(outline, depth, bevel=0.005, steps=3).turned("x", 90).moved(y=height / 2, z=-depth / 2)
        centre, front = (height - width / 2 if shape == "arch" else height / 2), depth / 2
        parts = [Part("case", body, "x")]
    face = lathe([(0, 0.0), (radius, 0.0), (radius, 0.003), (0, 0.003)], segments=44).turned("x", 90)
    parts.append(Part("face", face.moved(y=centre, z=front)))
    parts += [Part(p.role, p.mesh.moved(y=centre, z=front + 0.003)) for p in dial(radius, marks="lines", second=False)]
    return tuple(parts)


def _arch(width: float, height: float) -> Floats:
    angles = np.linspace(0, np.pi, 32)
    top = np.stack([width / 2 * np.cos(angles), -(height / 2 - width / 2) - width / 2 * np.sin(angles)], axis=1)
    return np.concatenate([top, [[-width / 2, height / 2], [width / 2, height / 2]]])


def bell_clock(*, radius: float) -> tuple[Part, ...]:
    """An alarm clock: a drum on two pegs, a button on top."""
    ring = slab(disc(radius, 56), 0.05, bevel=0.008, steps=3).turned("x", 90).moved(y=radius + 0.014, z=-0.025)
    face = slab(inset(disc(radius, 56), 0.012), 0.003, bevel=0.0008).turned("x", 90).moved(y=radius + 0.014, z=0.0235)
    pegs = joined(
        *(tube([(s * radius * 0.42, radius * 0.2, 0), (s * radius * 0.62, 0, 0)], [0.007, 0.005]) for s in (-1, 1))
    )
    button = turned([(0, 0), (0.017, 0), (0.017, 0.014), (0, 0.014)], radius=0.004, segments=28).moved(
        y=2 * radius + 0.012
    )
    return (
        Part("case", ring),
        Part("face", face),
        Part("foot", joined(pegs, button)),
        *(
            Part(p.role, p.mesh.moved(y=radius + 0.014, z=0.0265))
            for p in dial(radius - 0.014, marks="quarters", second=False)
        ),
    )
