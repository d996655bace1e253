"""Vases and planters: turned profiles, hollow, with a rounded lip."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from deploy.demo.models.curves import fillet, spline, thinned
from deploy.demo.models.design import Part
from deploy.demo.models.mesh import Floats, Mesh
from deploy.demo.models.primitives import lathe


def vessel(outside: Floats, wall: float, *, segments: int = 44, lip: int = 4) -> Mesh:
    """A hollow body from its outer profile (foot to rim): the inside follows at `wall` metres, the rim is round."""
    tangent = np.gradient(outside, axis=0)
    tangent /= np.linalg.norm(tangent, axis=1, keepdims=True)
    inward = np.stack([-tangent[:, 1], tangent[:, 0]], axis=1)
    inside = outside + inward * wall
    inside = inside[(inside[:, 1] > outside[0, 1] + wall) & (inside[:, 0] > wall * 0.3)]
    inside = thinned(inside, 14.0)
    rim, inner = outside[-1], inside[-1]
    centre, arm = (rim + inner) / 2, (rim - inner) / 2
    out = np.array([-arm[1], arm[0]])
    angles = np.linspace(0, np.pi, lip + 2)[1:-1]
    edge = [centre + arm * np.cos(a) + out * np.sin(a) for a in angles]
    floor = [[0.0, float(inside[0, 1])]]
    return lathe(np.concatenate([[[0.0, outside[0, 1]]], outside, edge, inside[::-1], floor]), segments=segments)


def vase(
    profile: Sequence[tuple[float, float]], *, wall: float = 0.005, foot: float = 0.004, segments: int = 44
) -> tuple[Part, ...]:
    """A vase from a few (radius, height) knots, from its foot to its rim."""
    body = spline(profile, per_span=5)
    first = body[0]
    foot_edge = fillet(np.array([[first[0] - 2 * foot, first[1]], first, body[2]]), foot, 3)
    outside = np.concatenate([foot_edge[:-1], body[2:]])
    return (Part("body", vessel(thinned(outside), wall, segments=segments)),)
