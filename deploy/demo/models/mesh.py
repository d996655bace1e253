"""Triangle meshes in metres, y up: move them, turn them, join them, and shade them for export."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

AXES = {"x": 0, "y": 1, "z": 2}
WELD = 1e-5
CREASE_DEGREES = 46.0


@dataclass(frozen=True)
class Mesh:
    """Points (n, 3) in metres and counter-clockwise triangles (m, 3)."""

    points: Floats
    faces: Ints

    def moved(self, x: float = 0.0, y: float = 0.0, z: float = 0.0) -> Mesh:
        """Shifted by metres."""
        return Mesh(self.points + np.array([x, y, z]), self.faces)

    def scaled(self, x: float = 1.0, y: float = 1.0, z: float = 1.0) -> Mesh:
        """Stretched per axis about the origin; factors must be positive."""
        return Mesh(self.points * np.array([x, y, z]), self.faces)

    def turned(self, axis: str, degrees: float) -> Mesh:
        """Rotated about an axis through the origin, right-handed."""
        angle = np.radians(degrees)
        a, b = ((AXES[axis] + 1) % 3, (AXES[axis] + 2) % 3)
        points = self.points.copy()
        points[:, a] = self.points[:, a] * np.cos(angle) - self.points[:, b] * np.sin(angle)
        points[:, b] = self.points[:, a] * np.sin(angle) + self.points[:, b] * np.cos(angle)
        return Mesh(points, self.faces)

    def flipped(self) -> Mesh:
        """The same surface facing the other way."""
        return Mesh(self.points, self.faces[:, ::-1])

    def outward(self) -> Mesh:
        """Facing outwards, for a closed surface whose winding is not known."""
        a, b, c = (self.points[self.faces[:, i]] for i in range(3))
        volume = float(np.einsum("ij,ij->i", a, np.cross(b, c)).sum())
        return self if volume >= 0 else self.flipped()


def joined(*meshes: Mesh) -> Mesh:
    """One mesh holding all of the given ones."""
    offsets = np.cumsum([0, *(len(mesh.points) for mesh in meshes)])
    return Mesh(
        np.concatenate([mesh.points for mesh in meshes]),
        np.concatenate([mesh.faces + offset for mesh, offset in zip(meshes, offsets, strict=False)]),
    )


def around(mesh: Mesh, count: int, start: float = 0.0) -> Mesh:
    """The mesh repeated `count` times about the y axis."""
    return joined(*(mesh.turned("y", start + 360.0 * i / count) for i in range(count)))


@dataclass(frozen=True)
class Shaded:
    """Vertex buffers ready for a GPU: one row a vertex, three indices a triangle."""

    positions: NDArray[np.float32]
    normals: NDArray[np.float32]
    uvs: NDArray[np.float32]
    indices: NDArray[np.uint16]


def shade(mesh: Mesh, *, grain: str) -> Shaded:
    """Smooth normals (split at creases) and texture coordinates in metres, box-projected along the grain.

    Normals are weighted by face area and corner angle, so that flat faces stay flat beside narrow bevels.
    """
    points, faces = _welded(mesh)
    face_normals, weights = _corner_weights(points, faces)
    normals = _corner_normals(faces, face_normals, weights)
    uvs = _box_projection(points, faces, face_normals, AXES[grain])
    rows = np.concatenate(
        [points[faces.ravel()], np.round(normals, 2), np.round(uvs.reshape(-1, 2), 4)],
        axis=1,
    )
    _, first, inverse = np.unique(rows, axis=0, return_index=True, return_inverse=True)
    return Shaded(
        positions=points[faces.ravel()][first].astype(np.float32),
        normals=normals[first].astype(np.float32),
        uvs=uvs.reshape(-1, 2)[first].astype(np.float32),
        indices=inverse.reshape(-1).astype(np.uint16),
    )


def _welded(mesh: Mesh) -> tuple[Floats, Ints]:
    _, first, inverse = np.unique(
        np.round(mesh.points / WELD).astype(np.int64), axis=0, return_index=True, return_inverse=True
    )
    points, faces = mesh.points[first], inverse.reshape(-1)[mesh.faces]
    a, b, c = (points[faces[:, i]] for i in range(3))
    keeps = np.linalg.norm(np.cross(b - a, c - a), axis=1) > 1e-11
    return points, faces[keeps]


def _corner_weights(points: Floats, faces: Ints) -> tuple[Floats, Floats]:
    corners = points[faces]
    cross = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    area = np.linalg.norm(cross, axis=1, keepdims=True)
    ahead = np.roll(corners, -1, axis=1) - corners
    behind = np.roll(corners, 1, axis=1) - corners
    cosine = np.einsum("ijk,ijk->ij", ahead, behind)
    cosine /= np.linalg.norm(ahead, axis=2) * np.linalg.norm(behind, axis=2) + 1e-15
    return cross / area, area * np.arccos(np.clip(cosine, -1, 1))


def _corner_normals(faces: Ints, face_normals: Floats, weights: Floats) -> Floats:
    """A normal for each face corner: the neighbours' weighted mean, within the crease angle."""
    limit = np.cos(np.radians(CREASE_DEGREES))
    vertex = faces.ravel()
    order = np.argsort(vertex, kind="stable")
    groups = np.split(order, np.flatnonzero(np.diff(vertex[order])) + 1)
    flat_weights = weights.ravel()
    normals = np.empty((len(vertex), 3))
    for group in groups:
        around_vertex = face_normals[group // 3]
        near = (around_vertex @ around_vertex.T) > limit
        total = (near * flat_weights[group]) @ around_vertex
        normals[group] = total / (np.linalg.norm(total, axis=1, keepdims=True) + 1e-15)
    return normals


def _box_projection(points: Floats, faces: Ints, face_normals: Floats, grain: int) -> Floats:
    """Texture metres for each corner: v runs along the grain, u across it."""
    uvs = np.zeros((len(faces), 3, 2))
    dominant = np.abs(face_normals).argmax(axis=1)
    for axis in range(3):
        chosen = dominant == axis
        across = [other for other in range(3) if other not in (axis, grain)]
        along = grain if axis != grain else (grain + 1) % 3
        u = across[0] if axis != grain else (grain + 2) % 3
        corners = points[faces[chosen]]
        uvs[chosen] = np.stack([corners[:, :, u] + 0.37 * axis, corners[:, :, along]], axis=-1)
    return uvs


def bounds(meshes: Sequence[Mesh]) -> tuple[Floats, Floats]:
    """The lowest and the highest corner of several meshes."""
    points = np.concatenate([mesh.points for mesh in meshes])
    return points.min(axis=0), points.max(axis=0)
