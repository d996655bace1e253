"""The shop's materials: colour, roughness and metalness, and a texture where a plain colour would look like plastic."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Material:
    """A physically based surface; `colour` is sRGB hex, `glow` the brightness of its own light,
    `clear` the share of light that passes through."""

    colour: str
    roughness: float
    metallic: float = 0.0
    texture: str | None = None
    clear: float = 0.0
    glow: float = 0.0

    def linear_rgb(self) -> list[float]:
        """The colour as linear RGB, as glTF wants it."""
        channels = [int(self.colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        return [round(c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4, 5) for c in channels]


def _wood(colour: str) -> Material:
    return Material(colour, 0.55, texture="grain")


def _cloth(colour: str) -> Material:
    return Material(colour, 0.95, texture="weave")


def _clay(colour: str, roughness: float = 0.7) -> Material:
    return Material(colour, roughness, texture="speckle")


MATERIALS: dict[str, Material] = {
    # wood
    "oak": _wood("#d3ad7c"),
    "ash": _wood("#e3cba6"),
    "walnut": _wood("#80573a"),
    "black-oak": _wood("#3a3430"),
    # paint and lacquer
    "white": Material("#eeebe4", 0.5),
    "charcoal": Material("#34353a", 0.5),
    "sage": Material("#93a289", 0.5),
    "ochre": Material("#cd9440", 0.5),
    "rust": Material("#b5553a", 0.5),
    "midnight": Material("#2d3f57", 0.45),
    "clay-pink": Material("#d5a896", 0.5),
    "sand": Material("#d9c8ae", 0.55),
    # metal
    "brass": Material("#e3bd7c", 0.24, 1.0),
    "steel": Material("#c6c7c8", 0.26, 1.0),
    "blackened-steel": Material("#3b3b3d", 0.42, 0.85),
    "copper": Material("#cf8d69", 0.25, 1.0),
    # ceramics
    "stoneware": _clay("#e4dac8", 0.45),
    "stoneware-blue": _clay("#7f95a8", 0.32),
    "stoneware-sage": _clay("#a3ae94", 0.38),
    "terracotta": _clay("#c27d5c", 0.85),
    "bisque": _clay("#e9dfd2", 0.9),
    "glaze-white": Material("#f1eee7", 0.17),
    "glaze-ink": Material("#27364c", 0.16),
    "glaze-celadon": Material("#a9c3b0", 0.15),
    "glaze-ochre": Material("#c98e3a", 0.2),
    "glaze-oxblood": Material("#7d2f2a", 0.16),
    "basalt": _clay("#48464a", 0.6),
    # cloth, leather, cork
    "linen": _cloth("#ddd2bf"),
    "linen-sage": _cloth("#98a48b"),
    "linen-rust": _cloth("#b8674a"),
    "linen-ochre": _cloth("#cfa058"),
    "linen-charcoal": _cloth("#55555a"),
    "linen-blue": _cloth("#6a83a0"),
    "linen-shade": Material("#efe4cf", 0.95, texture="weave", glow=0.28),
    "leather": Material("#a9683f", 0.48),
    "leather-black": Material("#2e2b2a", 0.45),
    "felt": Material("#8d8b86", 1.0, texture="weave"),
    "cane": Material("#dcb983", 0.7, texture="cane"),
    "rope": Material("#d8c3a0", 0.95, texture="weave"),
    # glass, wax, paper, the rest
    "opal": Material("#fdeed8", 0.3, glow=0.36),
    "paper": Material("#fbf2e2", 0.9, glow=0.35),
    "smoked-glass": Material("#cfc5bb", 0.05, clear=0.97),
    "clear-glass": Material("#eef4f2", 0.04, clear=0.97),
    "amber-glass": Material("#f0cfa2", 0.05, clear=0.96),
    "mirror": Material("#f4f6f6", 0.03, 1.0),
    "wax": Material("#f3ead8", 0.6),
    "flex": Material("#2c2b2b", 0.8),
    "flex-white": Material("#e9e6df", 0.7),
    "rubber": Material("#232324", 0.85),
    "mesh": Material("#4a4a4c", 0.95, texture="weave"),
    "print": Material("#f7f3ea", 0.85),
    "leaf": Material("#5f7d52", 0.6),
    "leaf-dark": Material("#46694c", 0.5),
    "soil": Material("#4d3b30", 1.0),
    "bulb": Material("#fff0d0", 0.4, glow=1.1),
}
