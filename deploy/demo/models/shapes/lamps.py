"""Lamps that stand on a table or on the floor: a base, a stem, a shade."""

from __future__ import annotations

import numpy as np

from deploy.demo.models.curves import arc, spline
from deploy.demo.models.design import Part
from deploy.demo.models.mesh import Mesh, joined
from deploy.demo.models.primitives import lathe, tube, turned
from deploy.demo.models.shapes.vases import vase


def cone_shade(bottom: float, top: float, height: float, *, wall: float = 0.003) -> Mesh:
    """An open shade standing on y = 0, narrowing from its lower to its upper radius."""
    profile = [(bottom, 0.0), (top, height), (top - wall, height), (bottom - wall, 0.0)]
    return lathe(profile, segments=44, ring=True)


def globe(radius: float) -> Mesh:
    """A glass ball with a flat collar below, centred on the origin."""
    angles = np.radians(np.linspace(-78, 90, 20))
    ball = [(radius * float(np.cos(a)), radius * float(np.sin(a))) for a in angles]
    return lathe([(0.0, ball[0][1]), *ball], segments=44)


def bulb(radius: float = 0.03) -> Mesh:
    """A round bulb centred on the origin, its neck down."""
    profile = spline([(radius * 0.45, -radius * 1.9), (radius * 0.5, -radius * 1.3), (radius, 0.0), (0.0, radius)], 5)
    return lathe([(0.0, -radius * 1.9), *profile.clip(min=[0, -9]).tolist()], segments=24)


def foot(radius: float, height: float, *, dome: float = 0.0) -> Mesh:
    """A heavy round foot; `dome` lifts its middle."""
    top = height + dome
    return turned([(0, 0), (radius, 0), (radius, height), (0.0, top)], radius=min(0.006, height * 0.45))


def shade_lamp(
    *, base: list[tuple[float, float]], shade: tuple[float, float, float], neck: float = 0.05
) -> tuple[Part, ...]:
    """A turned base (radius, height knots) under a cloth shade of (lower radius, upper radius, height)."""
    top = base[-1][1]
    stem = tube([(0, top - 0.02, 0), (0, top + neck + 0.05, 0)], 0.007)
    lower, upper, height = shade
    at = top + neck
    spokes = joined(*(tube([(0, 0, 0), (upper * np.cos(a), 0.0, upper * np.sin(a))], 0.002, sides=6)
                      for a in np.radians([30, 150, 270])))  # fmt: skip
    return (
        *(Part("base", part.mesh) for part in vase(base)),
        Part("metal", joined(stem, spokes.moved(y=at + height - 0.012))),
        Part("shade", cone_shade(lower, upper, height).moved(y=at)),
        Part("bulb", bulb(0.028).moved(y=at + 0.085)),
    )


def globe_lamp(*, foot_radius: float, stem: float, radius: float, ring: bool = False) -> tuple[Part, ...]:
    """An opal ball on a stem; with `ring` the ball is held by a hoop instead of a cup."""
    top = 0.03 + stem
    holder = turned(
        [(0, -0.004), (radius * 0.36, 0.0), (radius * 0.46, radius * 0.2), (radius * 0.42, radius * 0.2), (0, 0.006)],
        radius=0.002,
    )
    parts = [
        Part("base", foot(foot_radius, 0.028)),
        Part("metal", joined(tube([(0, 0.02, 0), (0, top, 0)], 0.008), holder.moved(y=top))),
        Part("glass", globe(radius).moved(y=top + radius * 0.98)),
    ]
    if ring:
        hoop = tube(arc((0, top + radius * 0.98, 0), radius * 1.22, 0, 352.5, count=48), 0.005, ring=True)
        parts.append(Part("metal", hoop))
    return tuple(parts)


def arm_lamp(*, reach: float, height: float, shade: float, foot_radius: float) -> tuple[Part, ...]:
    """A task lamp: a leaning lower arm, a joint, an upper arm, and a conical metal head looking down."""
    elbow = np.array([-reach * 0.42, height, 0.0])
    head = np.array([reach * 0.58, height * 1.12, 0.0])
    joint = turned([(0, -0.012), (0.013, -0.012), (0.013, 0.012), (0, 0.012)], radius=0.003, segments=20)
    cone = lathe(
        [(0.018, 0.0), (0.022, -0.02), (shade, -shade * 1.15), (shade - 0.003, -shade * 1.15), (0.019, -0.022)],
        ring=True,
    )
    cap = turned([(0, 0.018), (0.0185, 0.016), (0.0185, -0.004), (0, -0.004)], radius=0.004, segments=24)
    knuckle = joint.turned("x", 90)
    return (
        Part("base", foot(foot_radius, 0.024)),
        Part(
            "metal",
            joined(
                tube([(0, 0.02, 0), elbow], 0.006),
                tube([elbow, head], 0.006),
                knuckle.moved(*elbow),
                knuckle.scaled(0.9, 0.9, 0.9).moved(*head),
            ),
        ),
        Part("shade", joined(cone, cap).turned("z", -14).moved(*(head + np.array([0.004, -0.022, 0])))),
        Part("bulb", bulb(shade * 0.34).turned("z", 166).moved(*(head + np.array([-0.02, -shade * 0.85, 0])))),
    )


def mushroom_lamp(*, cap: float, height: float) -> tuple[Part, ...]:
    """One soft dome over a waisted body, all of a piece."""
    body = spline([(cap * 0.55, 0.0), (cap * 0.42, height * 0.2), (cap * 0.26, height * 0.55), (cap * 0.3, height)], 6)
    dome = [(cap * np.cos(a), cap * 0.78 * np.sin(a)) for a in np.radians(np.linspace(0, 90, 12))]
    inner = [(r * 0.96, y - 0.004) for r, y in dome[::-1]]
    shell = lathe([(max(r, 0.0), y) for r, y in [*dome, *inner[1:]]], segments=44)
    return (
        Part("base", lathe([(0, 0.0), *body.tolist(), (0, height)], segments=40)),
        Part("shade", shell.moved(y=height - 0.01)),
        Part("bulb", bulb(cap * 0.24).moved(y=height + cap * 0.3)),
    )


def tripod_lamp(*, height: float, shade: tuple[float, float, float]) -> tuple[Part, ...]:
    """A floor lamp on three splayed wooden legs under a drum of cloth."""
    legs = [
        tube([(0.035 * np.cos(a), height, 0.035 * np.sin(a)), (0.27 * np.cos(a), 0, 0.27 * np.sin(a))], [0.017, 0.012])
        for a in np.radians([90, 210, 330])
    ]
    hub = turned([(0, 0), (0.055, 0), (0.055, 0.03), (0, 0.03)], radius=0.006)
    lower, upper, tall = shade
    return (
        Part("wood", joined(*legs)),
        Part("metal", joined(hub.moved(y=height - 0.03), tube([(0, height, 0), (0, height + 0.14, 0)], 0.009))),
        Part("shade", cone_shade(lower, upper, tall).moved(y=height + 0.04)),
        Part("bulb", bulb(0.035).moved(y=height + 0.19)),
    )


def arc_lamp(*, height: float, reach: float, shade: float) -> tuple[Part, ...]:
    """A floor lamp whose bar bows over, a metal dome hanging from its end."""
    bar = spline([(0, 0.03, 0), (-0.02, height * 0.6, 0), (reach * 0.25, height * 0.97, 0), (reach * 0.7, height, 0),
                  (reach, height * 0.86, 0)], 8)  # fmt: skip
    dome = [(shade * np.cos(a), shade * 0.8 * np.sin(a)) for a in np.radians(np.linspace(0, 88, 12))]
    shell = lathe([*dome, *[(r * 0.97, y - 0.003) for r, y in dome[::-1]]], segments=48, ring=True)
    tip = height * 0.86
    return (
        Part("base", foot(0.17, 0.035)),
        Part("metal", joined(tube(bar, 0.011), foot(0.026, 0.05).moved(x=reach, y=tip - 0.05))),
        Part("shade", shell.moved(x=reach, y=tip - 0.03 - shade * 0.8)),
        Part("bulb", bulb(0.042).turned("z", 180).moved(x=reach, y=tip - shade * 0.75)),
    )


def column_lamp(*, height: float, width: float) -> tuple[Part, ...]:
    """A tall paper lantern with ribs, on a low wooden plinth."""
    count = 11
    ribs = []
    for i in range(count * 4 + 1):
        wave = 0.93 + 0.07 * abs(np.sin(np.pi * i / 4))
        ribs.append((width / 2 * wave, 0.06 + (height - 0.06) * i / (count * 4)))
    return (
        Part("base", turned([(0, 0), (width * 0.4, 0), (width * 0.4, 0.05), (0, 0.05)], radius=0.006)),
        Part("metal", turned([(0, 0.05), (width * 0.34, 0.05), (width * 0.34, 0.066), (0, 0.066)], radius=0.003)),
        Part(
            "shade", lathe([(0, ribs[0][1]), *ribs, (width * 0.12, height), (width * 0.12, height - 0.02)], segments=40)
        ),
    )
