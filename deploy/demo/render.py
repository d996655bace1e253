"""Photographs the designs: assets/renders/<design>-<finish>-<n>.webp.

Run: python -m deploy.demo.render [--sheet] [design ...]; `--sheet` makes one small draft of each instead.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image

from deploy.demo.models.design import Design
from deploy.demo.models.designs import DESIGNS
from deploy.demo.studio_session import SCRATCH, Studio, studio

RENDERS = Path(__file__).parent / "assets" / "renders"
SIDE = 1000
SAMPLES = 20
QUALITY = 78
HEAVIEST = 36_000
VIEWS: dict[str, tuple[dict[str, float], dict[str, float]]] = {
    "floor": ({"azimuth": 28, "elevation": 13}, {"azimuth": -38, "elevation": 27, "fill": 0.8}),
    "ceiling": (
        {"azimuth": 24, "elevation": 2, "fill": 0.6, "lift": -0.14},
        {"azimuth": -30, "elevation": -9, "fill": 0.7, "lift": -0.12},
    ),
    "wall": ({"azimuth": 17, "elevation": 5}, {"azimuth": -34, "elevation": 9, "fill": 0.86}),
}


def slug(finish: str) -> str:
    """A finish as it appears in file names."""
    return finish.lower().replace(" ", "-")


def picture_name(design: str, finish: str, number: int) -> str:
    """The file name of a picture."""
    return f"{design}-{slug(finish)}-{number}.webp"


@dataclass(frozen=True)
class Shot:
    """One picture to take: 0 the main one, 1 of another finish, 2 from another angle."""

    design: Design
    finish: str
    view: dict[str, float]
    name: str
    rank: int


def shots(design: Design) -> list[Shot]:
    """What is photographed: the first finish from two angles, every other finish from the first angle."""
    first, second = design.views or VIEWS[design.mount]
    main, *others = design.finishes
    return [
        Shot(design, main, dict(first), picture_name(design.name, main, 1), 0),
        Shot(design, main, dict(second), picture_name(design.name, main, 2), 2),
        *(Shot(design, finish, dict(first), picture_name(design.name, finish, 1), 1) for finish in others),
    ]


def spec(design: Design, finish: str, view: dict[str, float], side: int, samples: int) -> dict[str, Any]:
    """One photograph in the studio's terms."""
    return {
        "width": side,
        "height": side,
        "samples": samples,
        "mount": design.mount,
        "view": view,
        "unframed": ["flex", "flex-white"],
        "items": [{"url": f"/scratch/models/{design.name}.glb", "finish": finish}],
    }


def save(image: Image.Image, path: Path) -> None:
    """Write a picture as WebP; cloth and rope, which compress badly, give up quality until they fit."""
    for quality in range(QUALITY, 30, -8):
        image.save(path, "WEBP", quality=quality, method=4)
        if path.stat().st_size <= HEAVIEST:
            return


def photograph(camera: Studio, designs: list[Design]) -> None:
    """Take and save the pictures that are missing, the main ones first."""
    RENDERS.mkdir(parents=True, exist_ok=True)
    for shot in sorted((shot for design in designs for shot in shots(design)), key=lambda shot: shot.rank):
        path = RENDERS / shot.name
        if path.exists():
            continue
        started = time.monotonic()
        image = camera.shoot(spec(shot.design, shot.finish, shot.view, SIDE, SAMPLES))
        save(image, path)
        print(f"{time.monotonic() - started:5.1f} s {path.stat().st_size / 1000:4.0f} kB  {shot.name}", flush=True)


def contact_sheet(camera: Studio, names: list[str], side: int = 250, columns: int = 8) -> Path:
    """Small drafts of many designs on one sheet, for judging them by eye."""
    rows = -(-len(names) // columns)
    sheet = Image.new("RGB", (columns * side, rows * side))
    for i, name in enumerate(names):
        design = DESIGNS[name]
        view = dict((design.views or VIEWS[design.mount])[0])
        image = camera.shoot(spec(design, next(iter(design.finishes)), view, side * 2, 16)).resize((side, side))
        sheet.paste(image, ((i % columns) * side, (i // columns) * side))
    path = SCRATCH / "sheet.png"
    sheet.save(path)
    return path


def main() -> None:
    """Read the command line and shoot."""
    parser = argparse.ArgumentParser(description="Photograph the demo designs.")
    parser.add_argument("designs", nargs="*", default=[])
    parser.add_argument("--sheet", action="store_true", help="one small draft of each design on a contact sheet")
    options = parser.parse_args()
    names = options.designs or list(DESIGNS)
    with studio() as camera:
        if options.sheet:
            print(contact_sheet(camera, names))
            return
        photograph(camera, [DESIGNS[name] for name in names])


if __name__ == "__main__":
    main()
