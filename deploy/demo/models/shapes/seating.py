"""Chairs, stools and benches."""

from __future__ import annotations

import numpy as np

from deploy.demo.models.curves import arc, rounded_rectangle, spline
from deploy.demo.models.design import Part
from deploy.demo.models.mesh import Floats, Mesh, joined
from deploy.demo.models.primitives import box, sheet, slab, superellipsoid, tube, turned


def splayed_legs(
    width: float, depth: float, height: float, *, splay: float = 0.05, radii: tuple[float, float] = (0.019, 0.012)
) -> Mesh:
    """Four round legs, tapering and leaning outwards."""
    ends = [(sx * width / 2, sz * depth / 2, sx, sz) for sx in (-1, 1) for sz in (-1, 1)]
    return joined(*(tube([(x, height, z), (x + sx * splay, 0, z + sz * splay)], list(radii)) for x, z, sx, sz in ends))


def shell_chair(*, seat: float = 0.44, width: float = 0.48, legs: str = "wood", arms: float = 0.0) -> tuple[Part, ...]:
    """A moulded shell on four legs; `arms` bends the sides of the shell up."""

    def surface(u: Floats, v: Floats) -> Floats:
        along = 0.5 - 0.485 * np.cos(np.pi * (v + 1) / 2)
        knots = spline([(0.25, -0.025), (0.1, 0.0), (-0.08, -0.008), (-0.185, 0.05), (-0.235, 0.2), (-0.28, 0.36)], 12)
        place = np.clip(along, -0.01, 1.01) * (len(knots) - 1)
        z = np.interp(place, np.arange(len(knots)), knots[:, 0])
        y = np.interp(place, np.arange(len(knots)), knots[:, 1])
        back = np.clip((along - 0.45) / 0.35, 0, 1)
        narrow = 1 - 0.16 * along**3 - 0.06 * (1 - along) ** 4
        corner = (1 - np.abs(2 * along - 1) ** 4.5) ** (1 / 4.5)
        x = width / 2 * u * narrow * corner
        curl = np.abs(2 * x / width) ** 2.4
        y = y - curl * 0.075 * np.clip(along, 0, 1) ** 7
        y = y + curl * (
            0.035 * (1 - np.clip(along, 0, 1) ** 4) + arms * np.sin(np.pi * np.clip((along - 0.1) / 0.75, 0, 1))
        )
        z = z + curl * back * 0.07
        return np.stack([x, y, z], axis=-1)

    shell = sheet(surface, thickness=0.011, across=17, along=26).moved(y=seat)
    under = box(width * 0.62, 0.02, 0.3, radius=0.02).moved(y=seat - 0.034)
    stand = splayed_legs(width * 0.56, 0.26, seat - 0.016, splay=0.055)
    metal = legs != "wood"
    if metal:
        stand = splayed_legs(width * 0.56, 0.26, seat - 0.016, splay=0.055, radii=(0.009, 0.009))
    return (Part("shell", shell, "y"), Part("legs", joined(under, stand)))


def frame_chair(*, seat: float = 0.45, back: str = "rail", pad: bool = False) -> tuple[Part, ...]:
    """A joined dining chair: round legs, a shaped seat and a bent back rail, spindles or a woven panel."""
    width, depth, top = 0.47, 0.45, 0.79
    rear = [spline([(s * 0.2, 0, -0.235), (s * 0.19, seat, -0.19), (s * 0.195, top, -0.27)], 6) for s in (-1, 1)]
    front = [[(s * 0.2, seat, 0.185), (s * 0.215, 0, 0.205)] for s in (-1, 1)]
    legs = [tube(path, 0.0155) for path in rear] + [tube(path, [0.018, 0.012]) for path in front]
    aprons = [box(0.38, 0.05, 0.02, radius=0.005).moved(y=seat - 0.06, z=z) for z in (-0.19, 0.18)]
    sides = [box(0.02, 0.05, 0.36, radius=0.005).moved(x=x, y=seat - 0.06) for x in (-0.195, 0.195)]

    def rail(u: Floats, v: Floats) -> Floats:
        tall = 0.055 if back != "wide" else 0.1
        return np.stack([0.235 * u, top - tall + v * tall, -0.252 - 0.05 * (1 - u**2) - 0.012 * v], axis=-1)

    parts = [
        Part("frame", joined(*legs, *sides)),
        Part("frame", joined(*aprons, sheet(rail, thickness=0.017, across=18, along=6)), "x"),
    ]
    seat_slab = slab(rounded_rectangle(width, depth, 0.06, 6), 0.022, bevel=0.008).moved(y=seat - 0.012, z=-0.005)
    parts.append(Part("seat", seat_slab, "x"))
    if back == "spindle":
        spindles = [
            tube(spline([(x, seat, -0.2), (x * 1.06, seat + 0.14, -0.245), (x * 1.1, top - 0.07, -0.285 + 0.9 * x * x)], 4),
                 0.0065, sides=8) for x in np.linspace(-0.13, 0.13, 5)]  # fmt: skip
        parts.append(Part("frame", joined(*spindles)))
    if pad:
        parts.append(Part("pad", superellipsoid(0.44, 0.055, 0.42, flat=0.5, round_=0.3).moved(y=seat + 0.006)))
    return tuple(parts)


def lounge_chair(*, arms: bool = True, width: float = 0.66) -> tuple[Part, ...]:
    """A low easy chair: an open wooden frame, two deep cushions."""
    half = width / 2 + 0.01
    frame = []
    for s in (-1, 1):
        x = s * half
        frame.append(tube([(x, 0.0, 0.34), (x, 0.55 if arms else 0.3, 0.32)], [0.014, 0.019]))
        frame.append(
            tube(
                spline([(x, 0.0, -0.42), (x, 0.3, -0.3), (x, 0.55 if arms else 0.42, -0.31)], 5), [0.014] + [0.019] * 10
            )
        )
        frame.append(tube([(x, 0.27, 0.33), (x, 0.23, -0.32)], 0.015))
        if arms:
            rest = slab(rounded_rectangle(0.055, 0.72, 0.026, 5), 0.022, bevel=0.008)
            frame.append(rest.moved(x=x, y=0.545, z=0.0))
    bars = [tube([(-half, y, z), (half, y, z)], 0.015) for y, z in ((0.27, 0.33), (0.23, -0.32), (0.42, -0.36))]
    seat = superellipsoid(width - 0.03, 0.16, 0.66, flat=0.42, round_=0.22).turned("x", 4).moved(y=0.25, z=0.03)
    back = superellipsoid(width - 0.04, 0.15, 0.54, flat=0.42, round_=0.24).moved(y=-0.075).turned("x", 74)
    return (
        Part("frame", joined(*frame), "z"),
        Part("frame", joined(*bars), "x"),
        Part("cushion", joined(seat, back.moved(y=0.61, z=-0.31))),
    )


def stool(*, height: float = 0.45, radius: float = 0.17, legs: int = 3, ring: bool = False) -> tuple[Part, ...]:
    """A round dished seat on splayed legs; `ring` adds a footrest for a bar."""
    top = turned([(0, -0.004), (radius * 0.5, -0.002), (radius - 0.012, 0.004), (radius, 0.0), (radius - 0.012, -0.034), (0, -0.034)],
                 radius=0.012)  # fmt: skip
    spread = radius * 0.62
    angles = np.radians(np.arange(legs) * 360 / legs + (90 if legs == 3 else 45))
    foot = spread + 0.09 * height / 0.45
    sticks = [
        tube([(spread * np.cos(a), height - 0.03, spread * np.sin(a)), (foot * np.cos(a), 0, foot * np.sin(a))],
             [0.0185, 0.0125]) for a in angles]  # fmt: skip
    parts = [Part("seat", top.moved(y=height), "x"), Part("legs", joined(*sticks))]
    if ring:
        at = height * 0.34
        reach = foot + (spread - foot) * at / height
        hoop = tube(arc((0, at, 0), reach, 0, 350, plane="xz", count=36), 0.0075, sides=8, ring=True)
        parts.append(Part("metal", hoop))
    return tuple(parts)


def bench(*, length: float = 1.1, cushion: bool = False) -> tuple[Part, ...]:
    """A slatted bench on two trestles; with `cushion` a flat pad lies on it."""
    slats = [box(length, 0.022, 0.082, radius=0.006).moved(y=0.42, z=z) for z in np.linspace(-0.14, 0.14, 4)]
    trestles = []
    for x in (-length * 0.36, length * 0.36):
        trestles += [tube([(x, 0.42, s * 0.13), (x + np.sign(x) * 0.02, 0, s * 0.17)], [0.02, 0.015]) for s in (-1, 1)]
        trestles.append(box(0.03, 0.04, 0.34, radius=0.006).moved(x=x, y=0.382))
    parts = [Part("seat", joined(*slats), "x"), Part("legs", joined(*trestles))]
    if cushion:
        parts.append(Part("pad", superellipsoid(length * 0.94, 0.06, 0.36, flat=0.4, round_=0.14).moved(y=0.441)))
    return tuple(parts)
