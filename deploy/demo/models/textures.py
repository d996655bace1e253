"""Small tileable textures drawn from noise: wood grain, woven cloth, speckled glaze. All multiply the base colour."""

from __future__ import annotations

import io
from functools import cache

import numpy as np
from PIL import Image

from deploy.demo.models.mesh import Floats

SIZE = 256
TILE_METRES = {"grain": 0.34, "weave": 0.1, "speckle": 0.13, "cane": 0.12}


@cache
def jpeg(name: str) -> bytes:
    """The texture as a JPEG of a few kilobytes."""
    shade = {"grain": _grain, "weave": _weave, "speckle": _speckle, "cane": _cane}[name]()
    image = Image.fromarray((np.clip(shade, 0, 1) * 255).astype(np.uint8), mode="L").convert("RGB")
    out = io.BytesIO()
    image.save(out, "JPEG", quality=48, optimize=True)
    return out.getvalue()


def _noise(rows: int, columns: int, seed: int) -> Floats:
    """Smooth tileable noise in -1..1 with the given number of cells each way."""
    cells = np.random.default_rng(seed).normal(size=(rows, columns))
    spectrum = np.fft.fft2(cells)
    wide = np.zeros((SIZE, SIZE), dtype=complex)
    y = np.fft.fftfreq(rows, 1 / rows).astype(int)
    x = np.fft.fftfreq(columns, 1 / columns).astype(int)
    wide[np.ix_(y, x)] = spectrum
    field = np.fft.ifft2(wide).real
    return field / np.abs(field).max()


def _grain() -> Floats:
    across = np.arange(SIZE)[None, :] / SIZE
    drift = 0.05 * _noise(2, 3, 1) + 0.012 * _noise(5, 6, 2)
    rings = np.sin(2 * np.pi * (9 * (across + drift))) * 0.5 + 0.5
    late = rings**3
    fibres = _noise(6, 120, 3)
    pores = np.clip(_noise(14, 100, 4) - 0.42, 0, 1)
    return 0.95 - 0.085 * late - 0.05 * fibres - 0.28 * pores + 0.03 * _noise(3, 4, 5)


def _weave() -> Floats:
    y, x = np.mgrid[0:SIZE, 0:SIZE] * (2 * np.pi / SIZE)
    warp = np.maximum(np.sin(32 * x + np.pi * (np.sin(32 * y) > 0)), 0)
    return 0.84 + 0.10 * warp + 0.06 * _noise(128, 20, 6) + 0.06 * _noise(20, 128, 7) + 0.03 * _noise(9, 9, 8)


def _speckle() -> Floats:
    fine, coarse = _noise(110, 110, 9), _noise(60, 60, 10)
    spots = np.clip((fine - 0.50) * 4, 0, 1) * 0.45 + np.clip((coarse - 0.55) * 5, 0, 1) * 0.40
    return 0.97 - spots + 0.02 * _noise(6, 6, 11)


def _cane() -> Floats:
    y, x = np.mgrid[0:SIZE, 0:SIZE] * (2 * np.pi / SIZE)
    strands = np.abs(np.sin(12 * x)) ** 0.6 * (0.75 + 0.25 * np.sign(np.sin(12 * y) * np.sin(12 * x)))
    rows = np.abs(np.sin(12 * y)) ** 0.5
    return 0.52 + 0.45 * strands * rows + 0.05 * _noise(30, 30, 12)
