"""Photographs the home page's wide scenes: several pieces together, once wide and once square for phones.

Run: python -m deploy.demo.scenes [name ...]
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from deploy.demo.studio_session import Studio, studio

SCENES = Path(__file__).parent / "assets" / "scenes"
Item = tuple[str, str, float, float, float, float]

# design, finish, x, y, z in metres, turn in degrees
LIVING: tuple[Item, ...] = (
    ("lull", "Sage", -0.55, 0, 0.1, 24),
    ("stork", "Oak", -1.32, 0, -0.35, 10),
    ("pip", "Ochre", 0.2, 0, 0.3, 0),
    ("plover", "Celadon", 0.13, 0.5, 0.34, 20),
    ("amphora", "Terracotta", 0.27, 0.5, 0.22, 0),
    ("archive-low", "Oak", 1.25, 0, -0.35, -6),
    ("halo", "Oak", 0.93, 0.82, -0.3, 8),
    ("moon-jar", "White", 1.3, 0.82, -0.34, 0),
    ("chirp", "Rust", 1.56, 0.82, -0.32, -12),
    ("pouffe", "Natural", 0.72, 0, 0.55, 0),
)
TABLE: tuple[Item, ...] = (
    ("brook", "Basalt", -0.3, 0, -0.05, -24),
    ("plover", "Ochre", -0.03, 0, 0.1, 35),
    ("nest", "Dusk", 0.2, 0, -0.07, 0),
    ("amphora", "Celadon", -0.53, 0, -0.14, 0),
    ("harbour", "Stoneware", 0.43, 0, 0.06, 25),
    ("bud", "Terracotta", 0.12, 0, 0.17, 0),
    ("ember", "Amber glass", -0.18, 0, 0.17, 0),
    ("dairy", "Blue", 0.6, 0, -0.12, 150),
)
# pieces, how many of the first ones the square picture shows, camera
VIEWS: dict[str, tuple[tuple[Item, ...], int, dict[str, float]]] = {
    "living": (LIVING, 5, {"azimuth": 4, "elevation": 9}),
    "table": (TABLE, 4, {"azimuth": 6, "elevation": 13}),
}
FORMATS = (("wide", 2000, 1000, 0.86), ("square", 900, 900, 0.92))


def spec(items: tuple[Item, ...], view: dict[str, float], width: int, height: int) -> dict[str, Any]:
    """One scene in the studio's terms."""
    return {
        "width": width,
        "height": height,
        "samples": 24,
        "mount": "floor",
        "view": view,
        "items": [
            {"url": f"/scratch/models/{design}.glb", "finish": finish, "position": [x, y, z], "turn": turn}
            for design, finish, x, y, z, turn in items
        ],
    }


def photograph(camera: Studio, name: str) -> None:
    """Take both formats of a scene; the square one shows fewer pieces, larger."""
    items, few, view = VIEWS[name]
    for form, width, height, fill in FORMATS:
        chosen = items if form == "wide" else items[:few]
        # The camera fills the height with `tall` pieces; a wide picture measures them against its width.
        framed = {**view, "fill": fill, "tall": 1.25}
        image = camera.shoot(spec(chosen, framed, width, height))
        path = SCENES / f"{name}-{form}.webp"
        image.save(path, "WEBP", quality=82, method=5)
        print(f"{path.stat().st_size / 1000:4.0f} kB  {path.name}", flush=True)


def main(names: list[str]) -> None:
    """Photograph the named scenes, or all of them."""
    SCENES.mkdir(parents=True, exist_ok=True)
    with studio() as camera:
        for name in names or list(VIEWS):
            photograph(camera, name)


if __name__ == "__main__":
    main(sys.argv[1:])
