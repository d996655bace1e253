"""Mugs, bowls, plates, pots and jugs."""

from __future__ import annotations

import numpy as np

from deploy.demo.models.curves import fillet, spline, thinned
from deploy.demo.models.design import Part
from deploy.demo.models.mesh import Floats, Mesh, joined
from deploy.demo.models.primitives import lathe, tube, turned
from deploy.demo.models.shapes.vases import vessel

Knots = list[tuple[float, float]]


def body(knots: Knots, wall: float, *, round_: float = 0.004) -> Mesh:
    """A hollow pot from straight-edged (radius, height) knots, its corners rounded."""
    return vessel(thinned(fillet(knots, round_, 5)), wall, segments=44)


def soft_body(knots: Knots, wall: float) -> Mesh:
    """A hollow pot whose sides curve through the (radius, height) knots."""
    side = spline(knots, 6)
    foot = np.array([[side[0][0] - 0.006, 0.0]])
    return vessel(thinned(np.concatenate([foot, side])), wall, segments=44)


def radius_at(knots: Knots, height: float) -> float:
    """How wide the pot is at a height."""
    return float(np.interp(height, [k[1] for k in knots], [k[0] for k in knots]))


def ear(path: Floats, thick: float) -> Mesh:
    """A handle: a bar a little flattened along its path."""
    return tube(path, [thick * (0.92 + 0.22 * abs(t)) for t in np.linspace(-1, 1, len(path))], sides=12)


def mug(
    *, knots: Knots, wall: float = 0.0035, handle: str = "ear", soft: bool = False, dipped: float = 0.0
) -> tuple[Part, ...]:
    """A mug with an `ear`, a `ring` or no handle; `dipped` is the height of a second glaze at the foot."""
    pot = soft_body(knots, wall) if soft else body(knots, wall, round_=0.009)
    height = knots[-1][1]
    parts = [Part("body", pot)]
    low, high = height * 0.24, height * 0.8
    r_low, r_high = radius_at(knots, low) - 0.001, radius_at(knots, high) - 0.001
    if handle == "ear":
        out = max(r_low, r_high) + 0.027
        path = spline([(r_high, high, 0), (out - 0.006, high + 0.003, 0), (out, high * 0.72, 0),
                       (out - 0.011, low * 1.15, 0), (r_low, low, 0)], 6)  # fmt: skip
        parts.append(Part("handle", ear(path, 0.0052)))
    elif handle == "ring":
        middle, reach = height * 0.56, height * 0.19
        angles = np.radians(np.linspace(128, -128, 22))
        centre = radius_at(knots, middle) + reach * 0.55
        ring = np.stack([centre + reach * np.cos(angles), middle + reach * np.sin(angles), np.zeros(22)], axis=1)
        parts.append(Part("handle", ear(ring, 0.0048)))
    if dipped:
        lower = [(radius_at(knots, y) + 0.0006, y) for y in np.linspace(0.012, dipped, 10)]
        parts.append(
            Part(
                "dip",
                lathe([*lower, (lower[-1][0] - 0.003, dipped), (lower[0][0] - 0.004, 0.012)], segments=44, ring=True),
            )
        )
    return tuple(parts)


def saucer(radius: float) -> Mesh:
    """A shallow dish standing on y = 0."""
    side = spline([(radius * 0.52, 0.0), (radius * 0.6, 0.003), (radius * 0.85, 0.008), (radius, 0.016)], 5)
    return vessel(thinned(np.concatenate([[[radius * 0.3, 0.0]], side])), 0.0035, segments=44)


def cup_and_saucer(*, knots: Knots) -> tuple[Part, ...]:
    """A small cup with a ring handle on its saucer."""
    cup = mug(knots=knots, handle="ring", soft=True)
    lifted = [Part(part.role, part.mesh.turned("y", -32).moved(y=0.0045)) for part in cup]
    return (*lifted, Part("saucer", saucer(knots[-1][0] * 1.75)))


def bowl(*, radius: float, height: float, foot: float, wall: float = 0.0045, flare: float = 0.75) -> tuple[Part, ...]:
    """A bowl on a foot ring; `flare` near 1 makes it steep, near 0.5 wide."""
    knots = [
        (foot, 0.0),
        (foot * 1.02, height * 0.06),
        (radius * flare, height * 0.36),
        (radius * 0.95, height * 0.74),
        (radius, height),
    ]
    return (Part("body", soft_body(knots, wall)),)


def bowl_stack(*, radius: float, height: float, count: int = 3) -> tuple[Part, ...]:
    """Nested bowls, each with its own glaze role."""
    parts = []
    for i in range(count):
        size = 1 - 0.1 * i
        piece = bowl(radius=radius * size, height=height * size, foot=radius * 0.42 * size)[0].mesh
        parts.append(Part(f"bowl-{i + 1}", piece.moved(y=0.017 * i * 1.25 + height * 0.09 * i)))
    return tuple(parts)


def plate(radius: float, rise: float) -> Mesh:
    """A coupe plate."""
    side = spline([(radius * 0.6, 0.0), (radius * 0.66, 0.003), (radius * 0.88, rise * 0.42), (radius, rise)], 5)
    return vessel(thinned(np.concatenate([[[radius * 0.4, 0.0]], side])), 0.005, segments=44)


def plate_stack(*, radius: float, count: int, bowl_on_top: bool = False) -> tuple[Part, ...]:
    """Plates in a pile, a side plate or a bowl on top."""
    parts = [Part("plate", plate(radius, 0.024).moved(y=0.0078 * i)) for i in range(count)]
    top = 0.0078 * (count - 1) + 0.006
    parts += [
        Part("side-plate", plate(radius * 0.76, 0.02).moved(y=top + 0.0075 * i)) for i in range(max(1, count - 1))
    ]
    if bowl_on_top:
        piece = bowl(radius=radius * 0.54, height=radius * 0.42, foot=radius * 0.24)[0].mesh
        parts.append(Part("bowl", piece.moved(y=top + 0.0075 * max(0, count - 2) + 0.006)))
    return tuple(parts)


def platter(*, length: float, depth: float) -> tuple[Part, ...]:
    """A long serving dish."""
    return (Part("body", plate(0.5, 0.09).scaled(length, 0.34, depth)),)


def lid(radius: float, rise: float, knob: float) -> Mesh:
    """A domed lid with a round knob, standing on y = 0."""
    dome = spline([(radius, 0.0), (radius * 0.8, rise * 0.62), (radius * 0.3, rise)], 5).tolist()
    neck = [
        (knob * 0.55, rise + knob * 0.35),
        (knob, rise + knob * 1.2),
        (knob * 0.55, rise + knob * 1.9),
        (0.0, rise + knob * 2),
    ]
    curve = spline([(radius * 0.3, rise), *neck], 4).clip(min=0)
    side = thinned(np.array([*dome, *curve[1:].tolist()]))
    return lathe([(0, -0.002), (radius, -0.002), *side.tolist()], segments=40)


def teapot(*, knots: Knots, handle: str = "hoop", knob: float = 0.011) -> tuple[Part, ...]:
    """A teapot with a spout; `hoop` is a bent handle over the top, `ear` one at the back."""
    top, height = knots[-1][0], knots[-1][1]
    low, high = height * 0.34, height * 1.02
    start = radius_at(knots, low) - 0.012
    wide = max(k[0] for k in knots)
    spout_path = spline(
        [(start, low, 0), (wide + 0.028, low * 1.35, 0), (wide + 0.052, high * 0.82, 0), (wide + 0.076, high, 0)], 5
    )
    spout = tube(spout_path, np.linspace(0.021, 0.0085, len(spout_path)).tolist(), sides=16, rim=0.15)
    parts = [
        Part("body", joined(soft_body(knots, 0.005), spout)),
        Part("lid", lid(top * 1.04, height * 0.1, knob).moved(y=height)),
    ]
    if handle == "hoop":
        reach = top + 0.018
        path = spline([(-reach, height * 0.9, 0), (-reach * 1.04, height * 1.3, 0), (0, height * 1.72, 0),
                       (reach * 1.04, height * 1.3, 0), (reach, height * 0.9, 0)], 7)  # fmt: skip
        parts.append(Part("handle", tube(path, 0.0048)))
    else:
        back = radius_at(knots, height * 0.8)
        path = spline([(-back + 0.003, height * 0.84, 0), (-wide - 0.036, height * 0.86, 0), (-wide - 0.045, height * 0.5, 0),
                       (-radius_at(knots, height * 0.26) + 0.003, height * 0.26, 0)], 6)  # fmt: skip
        parts.append(Part("handle", ear(path, 0.0075)))
    return tuple(parts)


def carafe(*, knots: Knots, cups: int = 2) -> tuple[Part, ...]:
    """A glass carafe with a wooden ball for a stopper, and tumblers beside it."""
    neck, height = knots[-1][0], knots[-1][1]
    angles = np.radians(np.linspace(-90, 90, 14))
    ball = lathe(
        [(max(0.0, 1.35 * neck * float(np.cos(a))), 1.35 * neck * float(np.sin(a))) for a in angles], segments=32
    )
    tumbler = body([(0.004, 0), (0.031, 0.0), (0.036, 0.085)], 0.0024, round_=0.008)
    parts = [Part("glass", soft_body(knots, 0.0028)), Part("stopper", ball.moved(y=height + neck * 0.75))]
    parts += [Part("glass", tumbler.moved(x=0.095 + 0.02 * i, z=0.055 - 0.1 * i)) for i in range(cups)]
    return tuple(parts)


def jug(*, knots: Knots) -> tuple[Part, ...]:
    """A pouring jug: its rim is drawn out to a lip, an ear at the back."""
    pot = soft_body(knots, 0.0045)
    height, rim = knots[-1][1], knots[-1][0]
    points = pot.points.copy()
    lift = np.clip((points[:, 1] / height - 0.72) / 0.28, 0, 1) ** 2
    angle = np.arctan2(points[:, 2], points[:, 0])
    lip = np.exp(-((angle / 0.42) ** 2)) * lift
    points[:, 0] += lip * rim * 0.42
    points[:, 1] += lip * height * 0.035
    wide = max(k[0] for k in knots)
    path = spline([(-rim + 0.004, height * 0.9, 0), (-wide - 0.03, height * 0.92, 0), (-wide - 0.036, height * 0.58, 0),
                   (-radius_at(knots, height * 0.3) + 0.003, height * 0.3, 0)], 6)  # fmt: skip
    return (Part("body", Mesh(points, pot.faces)), Part("handle", ear(path, 0.0075)))


def board(*, length: float, width: float) -> tuple[Part, ...]:
    """A round-ended serving board with a hole-less grip, lying flat."""
    grip = turned([(0, 0), (0.03, 0), (0.03, 0.018), (0, 0.018)], radius=0.007, segments=32)
    plank = turned([(0, 0), (0.5, 0), (0.5, 0.018), (0, 0.018)], radius=0.007, segments=44).scaled(width, 1, width)
    neck = (
        tube([(width * 0.4, 0.009, 0), (length - width / 2, 0.009, 0)], [0.04, 0.022]).scaled(1, 0.4, 1).moved(y=0.0054)
    )
    return (Part("body", joined(plank, neck, grip.moved(x=length - width / 2)), "x"),)
