"""The few solids every shape is made of: lofts, turned profiles, slabs, tubes, sheets and pillows."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from deploy.demo.models.curves import Path2, circle, fillet, inset, rounded_rectangle
from deploy.demo.models.mesh import Floats, Ints, Mesh, joined


def loft(loops: Sequence[Floats], *, caps: bool = True, ring: bool = False) -> Mesh:
    """A skin over loops of equal length; `caps` closes both ends, `ring` joins the last loop to the first."""
    count, size = len(loops), len(loops[0])
    faces = _grid_faces(count if ring else count - 1, size, count)
    points = np.concatenate(loops)
    if caps and not ring:
        points = np.concatenate([points, [loops[0].mean(axis=0), loops[-1].mean(axis=0)]])
        step = np.arange(size)
        ahead = (step + 1) % size
        last = (count - 1) * size
        start = np.stack([ahead, step, np.full(size, count * size)], axis=1)
        end = np.stack([step + last, ahead + last, np.full(size, count * size + 1)], axis=1)
        faces = np.concatenate([faces, start, end])
    return Mesh(points, faces).outward()


def _grid_faces(rows: int, size: int, count: int) -> Ints:
    row, column = np.meshgrid(np.arange(rows), np.arange(size), indexing="ij")
    below, above = row * size, ((row + 1) % count) * size
    ahead = (column + 1) % size
    a, b, c, d = below + column, below + ahead, above + ahead, above + column
    return np.concatenate([np.stack([a, b, c], -1).reshape(-1, 3), np.stack([a, c, d], -1).reshape(-1, 3)])


def lathe(profile: Path2, *, segments: int = 40, ring: bool = False) -> Mesh:
    """A profile of (radius, height) turned about the y axis; `ring` when the profile is itself a closed loop."""
    loops = [circle(max(radius, 0.0), segments, y=height) for radius, height in profile]
    return loft(loops, caps=False, ring=ring)


def turned(profile: Path2, *, radius: float, segments: int = 40, steps: int = 3) -> Mesh:
    """A lathe whose profile corners are rounded by `radius` metres."""
    return lathe(fillet(profile, radius, steps), segments=segments)


def slab(outline: Floats, height: float, *, bevel: float = 0.003, steps: int = 2) -> Mesh:
    """A flat outline of (x, z) raised by `height`, both rims bevelled; it stands on y = 0."""
    angles = np.linspace(0, np.pi / 2, steps + 1)
    lower = [(bevel * (1 - np.sin(a)), bevel * (1 - np.cos(a))) for a in angles]
    upper = [(shrink, height - lift) for shrink, lift in reversed(lower)]
    loops = []
    for shrink, y in [*lower, *upper]:
        flat = inset(outline, shrink)
        loops.append(np.stack([flat[:, 0], np.full(len(flat), y), flat[:, 1]], axis=1))
    return loft(loops)


def box(width: float, height: float, depth: float, *, radius: float = 0.004, bevel: float | None = None) -> Mesh:
    """A box on y = 0, centred on x and z, with rounded upright edges and bevelled rims."""
    smallest = min(width, depth)
    corner = min(radius, smallest * 0.49)
    steps = 5 if corner > 0.016 else (2 if corner > 0.006 else 1)
    rim = min(corner if bevel is None else bevel, height * 0.49, corner * 0.98)
    return slab(rounded_rectangle(width, depth, corner, steps), height, bevel=rim, steps=2 if rim > 0.003 else 1)


def tube(
    path: Floats | Sequence[Sequence[float]],
    radius: float | Sequence[float],
    *,
    sides: int = 12,
    ring: bool = False,
    rim: float = 0.3,
) -> Mesh:
    """A round bar along a path of points; its ends are rounded over `rim` of the radius."""
    points = np.asarray(path, dtype=float)
    radii = np.broadcast_to(np.asarray(radius, dtype=float), (len(points),)).copy()
    if not ring:
        points, radii = _rounded_ends(points, radii, rim)
    loops = []
    normal = None
    for i, point in enumerate(points):
        ahead = points[(i + 1) % len(points)] if ring or i + 1 < len(points) else point
        behind = points[i - 1] if ring or i > 0 else point
        tangent = (ahead - behind) / np.linalg.norm(ahead - behind)
        normal = _carried(normal, tangent)
        side = np.cross(tangent, normal)
        angles = np.linspace(0, 2 * np.pi, sides, endpoint=False)[:, None]
        loops.append(point + radii[i] * (np.cos(angles) * normal + np.sin(angles) * side))
    return loft(loops, ring=ring)


def _carried(normal: Floats | None, tangent: Floats) -> Floats:
    """The previous ring's normal, kept perpendicular to the new tangent so that the bar does not twist."""
    if normal is None:
        normal = np.array([0.0, 0.0, 1.0]) if abs(tangent[2]) < 0.8 else np.array([1.0, 0.0, 0.0])
    normal = normal - tangent * float(normal @ tangent)
    return normal / np.linalg.norm(normal)


def _rounded_ends(points: Floats, radii: Floats, rim: float) -> tuple[Floats, Floats]:
    first, first_radii = _end(points[0], points[1], radii[0], rim)
    last, last_radii = _end(points[-1], points[-2], radii[-1], rim)
    return (
        np.concatenate([first, points[1:-1], last[::-1]]),
        np.concatenate([first_radii, radii[1:-1], last_radii[::-1]]),
    )


def _end(tip: Floats, inner: Floats, radius: float, rim: float) -> tuple[Floats, Floats]:
    """Rings from the tip inwards along a quarter circle."""
    span = float(np.linalg.norm(inner - tip))
    depth = min(radius * rim, span * 0.45)
    angles = np.linspace(0, np.pi / 2, 3)
    inward = (inner - tip) / span
    rings = tip + inward * (depth * (1 - np.cos(angles)))[:, None]
    return rings, radius - depth * (1 - np.sin(angles))


def sheet(surface: Callable[[Floats, Floats], Floats], *, thickness: float, across: int = 20, along: int = 20) -> Mesh:
    """A bent panel of even thickness with a rounded edge.

    `surface` maps u and v, both in -1..1, to points (..., 3); the outer side is where du x dv points.
    """
    u, v = np.meshgrid(np.linspace(-1, 1, across), np.linspace(-1, 1, along), indexing="ij")
    middle, step = surface(u, v), 1e-4
    normal = np.cross(surface(u + step, v) - surface(u - step, v), surface(u, v + step) - surface(u, v - step))
    normal /= np.linalg.norm(normal, axis=-1, keepdims=True) + 1e-15
    half = thickness / 2
    rim = np.array([(i, 0) for i in range(across)] + [(across - 1, j) for j in range(1, along)]
                   + [(i, along - 1) for i in range(across - 2, -1, -1)]
                   + [(0, j) for j in range(along - 2, 0, -1)])  # fmt: skip
    edge, edge_normal = middle[rim[:, 0], rim[:, 1]], normal[rim[:, 0], rim[:, 1]]
    outward = np.cross(np.roll(edge, -1, axis=0) - np.roll(edge, 1, axis=0), edge_normal)
    outward /= np.linalg.norm(outward, axis=-1, keepdims=True) + 1e-15
    angles = np.radians([90, 50, 0, -50, -90])
    loops = [edge + half * (np.cos(a) * outward + np.sin(a) * edge_normal) for a in angles]
    top, bottom = _panel(middle + half * normal), _panel(middle - half * normal).flipped()
    band = Mesh(np.concatenate(loops), _grid_faces(4, len(edge), 5)).flipped()
    return joined(top, bottom, band).outward()


def _panel(points: Floats) -> Mesh:
    across, along = points.shape[:2]
    index = np.arange(across * along).reshape(across, along)
    a, b, c, d = index[:-1, :-1], index[1:, :-1], index[1:, 1:], index[:-1, 1:]
    faces = np.concatenate([np.stack([a, b, c], -1).reshape(-1, 3), np.stack([a, c, d], -1).reshape(-1, 3)])
    return Mesh(points.reshape(-1, 3), faces)


def pillow(
    width: float, depth: float, height: float, *, pinch: float = 0.05, power: float = 4.0, rows: int = 22
) -> Mesh:
    """A stuffed cushion lying on y = 0: two bulging faces that meet in a seam, its sides drawn in by `pinch`."""
    u, v = np.meshgrid(np.linspace(-1, 1, rows), np.linspace(-1, 1, rows), indexing="ij")
    u, v = np.sin(u * np.pi / 2), np.sin(v * np.pi / 2)
    x = width / 2 * u * (1 - pinch * (1 - v**2) * np.abs(u))
    z = -depth / 2 * v * (1 - pinch * (1 - u**2) * np.abs(v))
    bulge = height / 2 * np.sqrt(np.clip((1 - np.abs(u) ** power) * (1 - np.abs(v) ** power), 0, 1))
    top = _panel(np.stack([x, height / 2 + bulge, z], axis=-1))
    bottom = _panel(np.stack([x, height / 2 - bulge, z], axis=-1)).flipped()
    return joined(top, bottom).outward()


def superellipsoid(width: float, height: float, depth: float, *, flat: float = 0.35, round_: float = 0.35) -> Mesh:
    """A soft block standing on y = 0; exponents near 0 make it boxy, 1 makes it an ellipsoid."""

    def power(values: Floats, exponent: float) -> Floats:
        return np.sign(values) * np.abs(values) ** exponent

    loops = []
    angles = np.linspace(0, 2 * np.pi, 40, endpoint=False)
    for lift in np.linspace(-np.pi / 2, np.pi / 2, 13):
        ring = power(np.cos(lift), flat)
        x = width / 2 * ring * power(np.cos(angles), round_)
        z = -depth / 2 * ring * power(np.sin(angles), round_)
        y = np.full(len(angles), height / 2 * (1 + power(np.array(np.sin(lift)), flat)))
        loops.append(np.stack([x, y, z], axis=1))
    return loft(loops, caps=False)
