"""Builds every design as GLB: all of them in the studio's scratch folder, the light ones in assets/models too.

Run: python -m deploy.demo.build_models [design ...]
"""

from __future__ import annotations

import sys
from pathlib import Path

from deploy.demo.models.designs import DESIGNS
from deploy.demo.models.glb import glb
from deploy.demo.studio_session import SCRATCH

MODELS = Path(__file__).parent / "assets" / "models"
VIEWER_BYTES = 81_000


def main(names: list[str]) -> None:
    """Build the named designs, or all of them, and say how large each file is."""
    for folder in (MODELS, SCRATCH / "models"):
        folder.mkdir(parents=True, exist_ok=True)
    total = 0
    for name in names or list(DESIGNS):
        content = glb(DESIGNS[name])
        (SCRATCH / "models" / f"{name}.glb").write_bytes(content)
        if len(content) <= VIEWER_BYTES:
            (MODELS / f"{name}.glb").write_bytes(content)
            total += len(content)
        else:
            (MODELS / f"{name}.glb").unlink(missing_ok=True)
        print(f"{len(content) / 1000:6.0f} kB  {name}")
    print(f"{total / 1e6:.1f} MB for the 3D viewer")


if __name__ == "__main__":
    main(sys.argv[1:])
