"""Plane and space curves that primitives are drawn from: circles, rounded corners, splines."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from deploy.demo.models.mesh import Floats

Path2 = Floats | Sequence[tuple[float, float]]


def circle(radius: float, count: int, *, y: float = 0.0) -> Floats:
    """A level ring of points (n, 3), counter-clockwise seen from above."""
    angles = np.linspace(0, 2 * np.pi, count, endpoint=False)
    return np.stack([radius * np.cos(angles), np.full(count, y), -radius * np.sin(angles)], axis=1)


def disc(radius: float, count: int = 40) -> Floats:
    """A circular outline (n, 2) of x and z."""
    return circle(radius, count)[:, [0, 2]]


def ellipse(width: float, depth: float, count: int = 48) -> Floats:
    """An elliptic outline (n, 2) of x and z."""
    return disc(0.5, count) * np.array([width, depth])


def rounded_rectangle(width: float, depth: float, radius: float, steps: int = 4) -> Floats:
    """An outline (n, 2) of x and z with rounded corners, in the same direction as `disc`."""
    points = []
    for corner, (sx, sz) in enumerate([(1, -1), (-1, -1), (-1, 1), (1, 1)]):
        angles = np.linspace(0, np.pi / 2, steps + 1) + corner * np.pi / 2
        centre = np.array([sx * (width / 2 - radius), sz * (depth / 2 - radius)])
        points.append(centre + radius * np.stack([np.cos(angles), -np.sin(angles)], axis=1))
    return np.concatenate(points)


def inset(outline: Floats, distance: float) -> Floats:
    """A closed outline drawn inwards by a distance, corners mitred."""
    ahead = np.roll(outline, -1, axis=0) - outline
    ahead = ahead / (np.linalg.norm(ahead, axis=1, keepdims=True) + 1e-15)
    behind = np.roll(ahead, 1, axis=0)
    inward = np.stack([ahead[:, 1] + behind[:, 1], -(ahead[:, 0] + behind[:, 0])], axis=1)
    scale = 1 + np.einsum("ij,ij->i", ahead, behind)
    return outline + inward * (distance / np.maximum(scale, 0.2))[:, None]


def fillet(path: Path2, radius: float, steps: int = 4) -> Floats:
    """An open path with every corner rounded, by less where the neighbouring segments are short."""
    points = np.asarray(path, dtype=float)
    out = [points[0]]
    for before, corner, after in zip(points[:-2], points[1:-1], points[2:], strict=True):
        out.extend(_rounded_corner(before, corner, after, radius, steps))
    return np.array([*out, points[-1]])


def _rounded_corner(before: Floats, corner: Floats, after: Floats, radius: float, steps: int) -> list[Floats]:
    back, forth = before - corner, after - corner
    back_length, forth_length = float(np.linalg.norm(back)), float(np.linalg.norm(forth))
    back, forth = back / back_length, forth / forth_length
    half = np.arccos(np.clip(float(back @ forth), -1, 1)) / 2
    if half > np.radians(75):
        return [corner]
    reach = min(radius / np.tan(half), 0.48 * back_length, 0.48 * forth_length)
    start, end = corner + back * reach, corner + forth * reach
    centre = corner + (back + forth) / np.linalg.norm(back + forth) * (reach / np.cos(half))
    arm, other = start - centre, end - centre
    sweep = np.arccos(np.clip(float(arm @ other) / float(arm @ arm), -1, 1))
    shares = np.linspace(0, 1, steps + 1)
    return [centre + (np.sin((1 - t) * sweep) * arm + np.sin(t * sweep) * other) / np.sin(sweep) for t in shares]


def spline(points: Sequence[Sequence[float]] | Floats, per_span: int = 6, *, ring: bool = False) -> Floats:
    """A smooth curve through the given points (Catmull-Rom), in two or three dimensions."""
    knots = np.asarray(points, dtype=float)
    if ring:
        knots = np.concatenate([knots[-1:], knots, knots[:2]])
    else:
        knots = np.concatenate([[2 * knots[0] - knots[1]], knots, [2 * knots[-1] - knots[-2]]])
    t = np.linspace(0, 1, per_span, endpoint=False)[:, None]
    spans = []
    for a, b, c, d in zip(knots[:-3], knots[1:-2], knots[2:-1], knots[3:], strict=True):
        spans.append(0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3))
    curve = np.concatenate(spans)
    return curve if ring else np.concatenate([curve, knots[-2:-1]])


def arc(
    centre: Sequence[float], radius: float, start: float, end: float, *, plane: str = "xy", count: int = 16
) -> Floats:
    """Part of a circle in the plane of two axes, from one angle to another in degrees."""
    angles = np.radians(np.linspace(start, end, count))
    points = np.tile(np.asarray(centre, dtype=float), (count, 1))
    points[:, "xyz".index(plane[0])] += radius * np.cos(angles)
    points[:, "xyz".index(plane[1])] += radius * np.sin(angles)
    return points


def thinned(path: Floats, degrees: float = 9.0) -> Floats:
    """An open curve without the points that turn it by less than an angle since the last one kept."""
    kept = [0]
    turn = 0.0
    for i in range(1, len(path) - 1):
        before, after = path[i] - path[i - 1], path[i + 1] - path[i]
        cosine = float(before @ after) / (float(np.linalg.norm(before) * np.linalg.norm(after)) + 1e-15)
        turn += float(np.degrees(np.arccos(np.clip(cosine, -1, 1))))
        if turn >= degrees:
            kept.append(i)
            turn = 0.0
    return path[[*kept, len(path) - 1]]
