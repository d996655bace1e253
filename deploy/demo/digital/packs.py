"""The packs: sounds made of sums of sines, patterns and drawings as SVG, looks as colour cubes."""

from __future__ import annotations

import io
import wave

import numpy as np
from numpy.typing import NDArray

RATE = 16000
Signal = NDArray[np.float64]


def wav(signal: Signal) -> bytes:
    """A mono 16-bit WAV, its peak just below full scale."""
    samples = (signal / (np.abs(signal).max() + 1e-9) * 0.9 * 32767).astype("<i2")
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(samples.tobytes())
    return out.getvalue()


def _time(seconds: float) -> Signal:
    return np.arange(int(RATE * seconds)) / RATE


def _struck(pitch: float, seconds: float, partials: tuple[float, ...], decay: float) -> Signal:
    t = _time(seconds)
    return sum(
        (np.sin(2 * np.pi * pitch * p * t) * np.exp(-t * decay * (1 + i)) / (1 + i) for i, p in enumerate(partials)),
        start=np.zeros_like(t),
    )


def kitchen_percussion() -> dict[str, bytes]:
    """Pans, a spoon and a lid."""
    names = ("pan-low", "pan-mid", "pan-high", "lid", "spoon-oak", "spoon-rim", "kettle", "whisk")
    sounds = {}
    for i, name in enumerate(names):
        strike = _struck(180 * 1.31**i, 0.22, (1, 1.59, 2.14, 2.65), 12 + 2 * i)
        noise = np.random.default_rng(i).normal(size=len(strike)) * np.exp(-_time(0.22) * 90) * 0.3
        sounds[f"{name}.wav"] = wav(strike + noise)
    return sounds


def bell_field() -> dict[str, bytes]:
    """Eight bells on one scale."""
    scale = (0, 2, 4, 7, 9, 12, 14, 16)
    return {
        f"bell-{i + 1}.wav": wav(_struck(330 * 2 ** (step / 12), 0.22, (0.5, 1, 1.2, 1.5, 2, 2.74), 4))
        for i, step in enumerate(scale)
    }


def slow_tones() -> dict[str, bytes]:
    """Six loops that swell and fade; each begins and ends in silence."""
    tones = {}
    for i, step in enumerate((0, 3, 5, 7, 10, 12)):
        t = _time(0.32)
        pitch = 110 * 2 ** (step / 12)
        drift = 0.4 * np.sin(2 * np.pi * 3 * t)
        chord = sum(np.sin(2 * np.pi * pitch * ratio * t + drift) for ratio in (1, 1.5, 2.003))
        tones[f"tone-{i + 1}.wav"] = wav(chord * np.sin(np.pi * t / t[-1]) ** 2)
    return tones


def quiet_interface() -> dict[str, bytes]:
    """Taps and ticks in two lengths."""
    sounds = {}
    for i, name in enumerate(("tap", "tick", "confirm", "dismiss")):
        for length, seconds in (("short", 0.06), ("long", 0.16)):
            sounds[f"{name}-{length}.wav"] = wav(
                _struck(520 * 1.26**i, seconds, (1, 2.01), 30 if length == "short" else 14)
            )
    return sounds


def _svg(body: str, width: int = 120, height: int = 120) -> bytes:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}mm" height="{height}mm" viewBox="0 0 {width} {height}">{body}</svg>\n'
    ).encode()


def tidal_patterns() -> dict[str, bytes]:
    """Twelve tiles of scallops that repeat without a seam."""
    tiles = {}
    colours = (("#27364c", "#eef0ea"), ("#8aa2b6", "#f3eee2"), ("#b5553a", "#f4dfc9"), ("#8d9d83", "#f3eedf"))
    for i in range(12):
        ink, ground = colours[i % 4]
        count = 2 + i // 3
        radius = 120 / count / 2
        arcs = [
            f'<circle cx="{(x + 0.5 * (y % 2)) * 2 * radius:.2f}" cy="{y * radius:.2f}" r="{radius * r / 3:.2f}"/>'
            for y in range(2 * count, -2, -1) for x in range(-1, count + 1) for r in (3, 2, 1)
        ]  # fmt: skip
        group = f'<g fill="{ground}" stroke="{ink}" stroke-width="{radius * 0.09:.2f}">{"".join(arcs)}</g>'
        tiles[f"tide-{i + 1:02}.svg"] = _svg(f'<rect width="120" height="120" fill="{ground}"/>{group}')
    return tiles


def harbour_quilt() -> dict[str, bytes]:
    """Nine blocks of half-square triangles."""
    blocks = {}
    colours = ("#27364c", "#e8dcc5", "#b5553a")
    for i in range(9):
        rng = np.random.default_rng(i)
        cells = []
        for y in range(4):
            for x in range(4):
                first, second = rng.choice(3, 2, replace=False)
                a, b = 30 * x, 30 * y
                cells.append(
                    f'<path d="M{a} {b}h30v30z" fill="{colours[first]}"/><path d="M{a} {b}v30h30z" fill="{colours[second]}"/>'
                )
        blocks[f"block-{i + 1}.svg"] = _svg("".join(cells))
    return blocks


def nesting_boxes() -> dict[str, bytes]:
    """Front, side and lid of three boxes, with the right hole for each bird."""
    drawings = {}
    for bird, hole, width, height in (("blue-tit", 28, 120, 230), ("robin", 100, 140, 200), ("swift", 65, 300, 150)):
        line = 'fill="none" stroke="#27364c" stroke-width="0.6"'
        body = (
            f'<rect x="10" y="10" width="{width}" height="{height}" {line}/>'
            f'<circle cx="{10 + width / 2}" cy="{10 + height * 0.32}" r="{hole / 2}" {line}/>'
            f'<path d="M{width + 20} 10h120v{height}h-120z" {line}/>'
            f'<text x="10" y="{height + 24}" font-size="8" font-family="sans-serif">{bird}: hole {hole} mm, front {width} x {height} mm</text>'
        )
        drawings[f"{bird}.svg"] = _svg(body, width + 160, height + 40)
    return drawings


def north_light() -> dict[str, bytes]:
    """Three colour cubes of 9 x 9 x 9."""
    looks = {"clear": (1.02, 1.0, 1.0, 0.95), "warm": (1.06, 1.0, 0.93, 1.0), "rain": (0.96, 1.0, 1.05, 1.1)}
    cubes = {}
    steps = np.linspace(0, 1, 9)
    for name, (red, green, blue, gamma) in looks.items():
        rows = [
            " ".join(f"{min(1.0, max(0.0, (channel**gamma) * gain)):.4f}" for channel, gain in zip((r, g, b), (red, green, blue), strict=True))
            for b in steps for g in steps for r in steps
        ]  # fmt: skip
        cubes[f"north-light-{name}.cube"] = (
            f'TITLE "North Light {name}"\nLUT_3D_SIZE 9\n{chr(10).join(rows)}\n'.encode()
        )
    return cubes


PACKS = {
    "kitchen-percussion.zip": kitchen_percussion,
    "bell-field.zip": bell_field,
    "slow-tones.zip": slow_tones,
    "quiet-interface.zip": quiet_interface,
    "tidal-patterns.zip": tidal_patterns,
    "harbour-quilt.zip": harbour_quilt,
    "nesting-box-plans.zip": nesting_boxes,
    "north-light-presets.zip": north_light,
}
