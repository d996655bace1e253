"""Lamps that hang: a shade, its fitting, and a cord up to the ceiling."""

from __future__ import annotations

import numpy as np

from deploy.demo.models.curves import spline, thinned
from deploy.demo.models.design import Part
from deploy.demo.models.mesh import joined
from deploy.demo.models.primitives import box, lathe, tube, turned
from deploy.demo.models.shapes.lamps import bulb, globe

CORD = 0.55


def hung(top: float, *parts: Part) -> tuple[Part, ...]:
    """The given parts with a socket, a cord and a ceiling rose above their top."""
    socket = turned([(0, 0), (0.022, 0), (0.022, 0.05), (0.008, 0.066), (0, 0.066)], radius=0.005, segments=28)
    rose = turned([(0, 0), (0.05, 0), (0.05, 0.022), (0, 0.022)], radius=0.005, segments=32)
    cord = tube([(0, top + 0.06, 0), (0, top + CORD, 0)], 0.0028, sides=8)
    return (
        *parts,
        Part("metal", socket.moved(y=top - 0.006)),
        Part("cord", joined(cord, rose.moved(y=top + CORD))),
    )


def bell(*, knots: list[tuple[float, float]], wall: float = 0.004) -> tuple[Part, ...]:
    """A metal, ceramic or woven shade from (radius, height) knots, open below; knots run from the rim to the neck."""
    outer = thinned(spline(knots, 7), 4.5)
    inner = outer.copy()
    inner[:, 0] = np.maximum(inner[:, 0] - wall, 0.004)
    inner[:, 1] -= wall * 0.4
    shell = lathe(np.concatenate([outer, inner[::-1]]), segments=44, ring=True)
    top = knots[-1][1]
    return hung(top, Part("shade", shell), Part("bulb", bulb(0.036).turned("z", 180).moved(y=top * 0.52)))


def ball(*, radius: float, squash: float = 1.0) -> tuple[Part, ...]:
    """A glowing ball of opal glass."""
    glass = globe(radius).turned("z", 180).scaled(1, squash, 1).moved(y=radius * squash)
    cup = turned([(0, 0.0), (radius * 0.34, 0), (radius * 0.3, 0.026), (0, 0.03)], radius=0.004)
    top = 2 * radius * squash
    return hung(top + 0.012, Part("glass", glass), Part("metal", cup.moved(y=top - 0.02)))


def lantern(*, radius: float, squash: float, ribs: int = 12) -> tuple[Part, ...]:
    """A paper lantern with fine hoops."""
    profile = []
    for i in range(ribs * 4 + 1):
        angle = np.radians(-80 + 160 * i / (ribs * 4))
        wave = 1 - 0.018 * (1 - abs(np.sin(np.pi * i / 4)))
        profile.append((radius * wave * np.cos(angle), radius * squash * wave * np.sin(angle)))
    low, high = profile[0], profile[-1]
    shell = lathe([(low[0] * 0.9, low[1] + 0.01), *profile, (high[0] * 0.2, high[1])], segments=44)
    return hung(2 * radius * squash * 0.985, Part("shade", shell.moved(y=-low[1])))


def linear(*, length: float, lights: int) -> tuple[Part, ...]:
    """A wooden bar with a row of small glass balls below it, for long tables."""
    bar = box(length, 0.04, 0.05, radius=0.012).moved(y=0.11)
    xs = np.linspace(-length / 2 + 0.09, length / 2 - 0.09, lights)
    balls = joined(*(globe(0.056).turned("z", 180).moved(x=x, y=0.056) for x in xs))
    cups = joined(*(turned([(0, 0), (0.026, 0), (0.02, 0.022), (0, 0.024)], radius=0.003, segments=20)
                    .moved(x=x, y=0.093) for x in xs))  # fmt: skip
    cords = joined(*(tube([(x, 0.15, 0), (0, 0.15 + CORD, 0)], 0.0022, sides=6) for x in (-length * 0.3, length * 0.3)))
    return (Part("wood", bar, "x"), Part("glass", balls), Part("metal", cups), Part("cord", cords))
