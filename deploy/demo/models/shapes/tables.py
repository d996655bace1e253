"""Tables: round and long tops on legs, pedestals or drums."""

from __future__ import annotations

import numpy as np

from deploy.demo.models.curves import disc, ellipse, fillet, rounded_rectangle, spline
from deploy.demo.models.design import Part
from deploy.demo.models.mesh import Floats, joined
from deploy.demo.models.primitives import box, lathe, slab, tube
from deploy.demo.models.shapes.seating import splayed_legs


def leg_table(
    *, length: float, depth: float, height: float, shape: str = "rounded", splay: float = 0.05, thick: float = 0.028
) -> tuple[Part, ...]:
    """A top on four tapered legs: `rounded`, `oval` or `round`."""
    outlines: dict[str, Floats] = {
        "rounded": rounded_rectangle(length, depth, min(0.06, depth * 0.2), 6),
        "oval": ellipse(length, depth, 64),
        "round": disc(length / 2, 64),
    }
    reach = 0.72 if shape == "rounded" else 0.56
    top = slab(outlines[shape], thick, bevel=min(0.009, thick * 0.4), steps=3).moved(y=height - thick)
    thickness = 0.014 + 0.012 * height
    legs = splayed_legs(length * reach, depth * (reach - 0.02), height - thick * 0.6, splay=splay,
                        radii=(thickness, thickness * 0.62))  # fmt: skip
    apron = box(length * reach, 0.05 * height + 0.01, depth * (reach - 0.02), radius=0.006)
    return (
        Part("top", top, "x"),
        Part("legs", joined(legs, apron.moved(y=height - thick - 0.05 * height - 0.01))),
    )


def pedestal_table(*, radius: float, height: float, column: float, foot: float) -> tuple[Part, ...]:
    """A round top on one trumpet-shaped column."""
    top = slab(disc(radius, 64), 0.024, bevel=0.009, steps=3).moved(y=height - 0.024)
    trumpet = spline([(foot, 0.012), (foot * 0.55, 0.035), (column, height * 0.3), (column, height * 0.7),
                      (column * 2.4, height - 0.024)], 8)  # fmt: skip
    body = np.concatenate([[[0.0, 0.0]], [[foot, 0.0]], trumpet, [[0.0, height - 0.024]]])
    return (Part("top", top, "x"), Part("legs", lathe(body, segments=48)))


def drum_table(*, radius: float, height: float, waist: float = 1.0) -> tuple[Part, ...]:
    """A turned drum that serves as table or stool; `waist` below 1 draws its middle in."""
    side = spline([(radius * 0.94, 0.0), (radius * (1 + waist) / 2, height * 0.25), (radius * waist, height * 0.5),
                   (radius * (1 + waist) / 2, height * 0.75), (radius, height)], 6)  # fmt: skip
    profile = fillet(np.concatenate([[[0, 0]], side, [[0, height]]]), 0.012, 4)
    return (Part("top", lathe(profile, segments=44)),)


def tray_table(*, radius: float, height: float) -> tuple[Part, ...]:
    """A metal tray with a raised rim on three bent rods that cross below."""
    tray = fillet(
        [(0, 0), (radius, 0), (radius, 0.032), (radius - 0.004, 0.032), (radius - 0.004, 0.004), (0, 0.004)], 0.003, 2
    )
    rods = [
        tube([(radius * 0.86 * np.cos(a), height - 0.03, radius * 0.86 * np.sin(a)),
              (radius * 0.86 * np.cos(a + 2.1), 0, radius * 0.86 * np.sin(a + 2.1))], 0.008)
        for a in np.radians([90, 210, 330])]  # fmt: skip
    return (Part("top", lathe(tray, segments=44).moved(y=height - 0.032), "x"), Part("legs", joined(*rods)))


def sled_desk(*, length: float, depth: float, height: float) -> tuple[Part, ...]:
    """A writing desk: a top with a drawer, on two metal hoops."""
    top = box(length, 0.026, depth, radius=0.02, bevel=0.006).moved(y=height - 0.026)
    drawer = box(length * 0.42, 0.085, depth * 0.8, radius=0.008).moved(x=length * 0.2, y=height - 0.111)
    front = box(length * 0.4, 0.07, 0.016, radius=0.005).moved(x=length * 0.2, y=height - 0.104, z=depth * 0.4)
    knob = tube(
        [(length * 0.2, height - 0.069, depth * 0.4), (length * 0.2, height - 0.069, depth * 0.4 + 0.034)], 0.011
    )
    loops = []
    for x in (-length * 0.42, length * 0.42):
        z = depth * 0.42
        corners = [(x, height - 0.034), (x, 0.011)]
        path = [
            (x, corners[0][1], -z),
            (x, 0.05, -z),
            (x, 0.015, -z + 0.03),
            (x, 0.015, z - 0.03),
            (x, 0.05, z),
            (x, corners[0][1], z),
        ]
        loops.append(tube(path, 0.011))
    return (
        Part("top", joined(top, drawer, front), "x"),
        Part("legs", joined(*loops, knob)),
    )
