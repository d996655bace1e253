"""The lighting range."""

from __future__ import annotations

from deploy.demo.models.design import Design
from deploy.demo.models.shapes import lamps, pendants

WARM = {"bulb": "bulb"}


def _cloth(base: str, metal: str = "brass", shade: str = "linen-shade") -> dict[str, str]:
    return {"base": base, "metal": metal, "shade": shade, "bulb": "bulb"}


def _globe(base: str, metal: str) -> dict[str, str]:
    return {"base": base, "metal": metal, "glass": "opal"}


def _arm(colour: str, metal: str = "brass") -> dict[str, str]:
    return {"base": colour, "metal": metal, "shade": colour, "bulb": "bulb"}


def _hung(shade: str, metal: str = "brass") -> dict[str, str]:
    return {"shade": shade, "metal": metal, "cord": "flex", "bulb": "bulb"}


TABLE = (
    Design(
        "halo",
        lamps.globe_lamp(foot_radius=0.075, stem=0.12, radius=0.085, ring=True),
        {"Oak": _globe("oak", "brass"), "Walnut": _globe("walnut", "brass")},
    ),
    Design(
        "pebble",
        lamps.globe_lamp(foot_radius=0.06, stem=0.035, radius=0.1),
        {"Terracotta": _globe("terracotta", "brass"), "Basalt": _globe("basalt", "blackened-steel")},
    ),
    Design(
        "gourd",
        lamps.shade_lamp(
            base=[(0.05, 0), (0.092, 0.07), (0.06, 0.15), (0.066, 0.2), (0.022, 0.262)], shade=(0.17, 0.12, 0.2)
        ),
        {"Celadon": _cloth("glaze-celadon"), "Ink": _cloth("glaze-ink"), "Ochre": _cloth("glaze-ochre")},
    ),
    Design(
        "bottle",
        lamps.shade_lamp(
            base=[(0.07, 0), (0.082, 0.1), (0.072, 0.19), (0.024, 0.25), (0.02, 0.3)], shade=(0.15, 0.15, 0.19)
        ),
        {"Smoked glass": _cloth("smoked-glass"), "Amber glass": _cloth("amber-glass")},
    ),
    Design(
        "column",
        lamps.shade_lamp(base=[(0.055, 0), (0.056, 0.1), (0.054, 0.2), (0.053, 0.3)], shade=(0.16, 0.1, 0.17)),
        {"Oak": _cloth("oak"), "Black oak": _cloth("black-oak", "blackened-steel")},
    ),
    Design(
        "draft",
        lamps.arm_lamp(reach=0.36, height=0.32, shade=0.075, foot_radius=0.085),
        {"Midnight": _arm("midnight"), "Sage": _arm("sage"), "Rust": _arm("rust")},
    ),
    Design(
        "draft-mini",
        lamps.arm_lamp(reach=0.24, height=0.25, shade=0.06, foot_radius=0.07),
        {"Ochre": _arm("ochre", "blackened-steel"), "White": _arm("white", "steel")},
    ),
    Design(
        "porcini",
        lamps.mushroom_lamp(cap=0.15, height=0.2),
        {
            "Clay pink": {"base": "clay-pink", "shade": "clay-pink", "bulb": "bulb"},
            "Sand": {"base": "sand", "shade": "sand", "bulb": "bulb"},
            "Rust": {"base": "rust", "shade": "rust", "bulb": "bulb"},
        },
    ),
)

PENDANT = (
    Design(
        "foundry",
        pendants.bell(knots=[(0.2, 0), (0.185, 0.06), (0.11, 0.15), (0.04, 0.2), (0.024, 0.23)]),
        {"Charcoal": _hung("charcoal"), "Sage": _hung("sage"), "Ochre": _hung("ochre")},
        mount="ceiling",
    ),
    Design(
        "beacon",
        pendants.bell(knots=[(0.09, 0), (0.085, 0.1), (0.072, 0.24), (0.04, 0.3), (0.022, 0.31)]),
        {"Brass": _hung("brass"), "Blackened steel": _hung("blackened-steel")},
        mount="ceiling",
    ),
    Design(
        "sombrero",
        pendants.bell(knots=[(0.28, 0), (0.25, 0.015), (0.12, 0.06), (0.07, 0.12), (0.03, 0.16)]),
        {"Terracotta": _hung("terracotta"), "Bisque": _hung("bisque")},
        mount="ceiling",
    ),
    Design(
        "hive",
        pendants.bell(knots=[(0.13, 0), (0.2, 0.08), (0.21, 0.17), (0.14, 0.27), (0.03, 0.32)], wall=0.006),
        {"Cane": _hung("cane")},
        mount="ceiling",
    ),
    Design(
        "moonrise",
        pendants.ball(radius=0.16),
        {
            "Brass": {"glass": "opal", "metal": "brass", "cord": "flex"},
            "Steel": {"glass": "opal", "metal": "steel", "cord": "flex-white"},
        },
        mount="ceiling",
    ),
    Design(
        "cloud",
        pendants.lantern(radius=0.25, squash=0.66),
        {"Paper": {"shade": "paper", "metal": "oak", "cord": "flex-white"}},
        mount="ceiling",
    ),
    Design(
        "quintet",
        pendants.linear(length=1.1, lights=5),
        {
            "Oak": {"wood": "oak", "glass": "opal", "metal": "brass", "cord": "flex"},
            "Walnut": {"wood": "walnut", "glass": "opal", "metal": "brass", "cord": "flex"},
        },
        mount="ceiling",
        views=({"azimuth": 24, "elevation": 3, "fill": 0.78}, {"azimuth": -42, "elevation": -6, "fill": 0.78}),
    ),
)

FLOOR = (
    Design(
        "stork",
        lamps.tripod_lamp(height=1.12, shade=(0.25, 0.2, 0.28)),
        {
            "Oak": {"wood": "oak", "metal": "brass", "shade": "linen-shade", "bulb": "bulb"},
            "Walnut": {"wood": "walnut", "metal": "blackened-steel", "shade": "linen-shade", "bulb": "bulb"},
        },
    ),
    Design(
        "heron",
        lamps.arc_lamp(height=1.75, reach=0.85, shade=0.17),
        {
            "Brass": {"base": "charcoal", "metal": "brass", "shade": "brass", "bulb": "bulb"},
            "Charcoal": {"base": "charcoal", "metal": "blackened-steel", "shade": "charcoal", "bulb": "bulb"},
        },
    ),
    Design(
        "chrysalis",
        lamps.column_lamp(height=1.15, width=0.3),
        {"Oak": {"base": "oak", "metal": "brass", "shade": "paper"}},
    ),
    Design(
        "full-moon",
        lamps.globe_lamp(foot_radius=0.13, stem=1.05, radius=0.15),
        {"Brass": _globe("charcoal", "brass"), "Steel": _globe("white", "steel")},
    ),
    Design(
        "lookout",
        lamps.arm_lamp(reach=0.46, height=1.15, shade=0.1, foot_radius=0.14),
        {"Sage": _arm("sage"), "White": _arm("white", "steel")},
    ),
)

DESIGNS = (*TABLE, *PENDANT, *FLOOR)
