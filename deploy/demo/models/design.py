"""What a design is: named parts in metres, and the finishes each part is made in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from deploy.demo.models.mesh import Mesh, bounds


@dataclass(frozen=True)
class Part:
    """One surface of a design: its mesh, the role a finish gives a material to, and the way its grain runs."""

    role: str
    mesh: Mesh
    grain: str = "y"


@dataclass(frozen=True)
class Design:
    """A piece that can be built, photographed and shown in 3D.

    `finishes` maps a finish name to the material of each role; the first finish is the one on the shop's cards.
    `mount` tells how it is shown: standing on the floor, hung from the ceiling or fixed to the wall.
    """

    name: str
    parts: tuple[Part, ...]
    finishes: Mapping[str, Mapping[str, str]]
    mount: str = "floor"
    views: tuple[Mapping[str, float], ...] = field(default=())

    def grounded(self) -> tuple[Part, ...]:
        """The parts, centred over the origin and standing on y = 0."""
        low, high = bounds([part.mesh for part in self.parts])
        x, z = -(low[0] + high[0]) / 2, -(low[2] + high[2]) / 2
        return tuple(Part(part.role, part.mesh.moved(x, -low[1], z), part.grain) for part in self.parts)

    def size_cm(self) -> tuple[int, int, int]:
        """Width, height and depth in whole centimetres."""
        low, high = bounds([part.mesh for part in self.parts])
        width, height, depth = (round(100 * float(side)) for side in high - low)
        return width, height, depth
