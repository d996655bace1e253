"""The decor range."""

from __future__ import annotations

from deploy.demo.models.design import Design
from deploy.demo.models.shapes import clocks, decor
from deploy.demo.models.shapes.vases import vase

GREEN = {"leaf": "leaf", "leaf-dark": "leaf-dark", "soil": "soil"}
WAX = {"wax": "wax", "wick": "charcoal"}


def _bodies(**finishes: str) -> dict[str, dict[str, str]]:
    return {name.replace("_", " "): {"body": material} for name, material in finishes.items()}


def _clock(case: str, face: str, marks: str, second: str = "brass") -> dict[str, str]:
    return {"case": case, "face": face, "marks": marks, "hands": marks, "second": second}


VASES = (
    Design(
        "amphora",
        vase([(0.045, 0), (0.092, 0.1), (0.088, 0.19), (0.034, 0.28), (0.046, 0.325)]),
        _bodies(Terracotta="terracotta", Celadon="glaze-celadon", Basalt="basalt"),
    ),
    Design(
        "skittle",
        vase([(0.05, 0), (0.066, 0.06), (0.05, 0.15), (0.026, 0.24), (0.023, 0.34)]),
        _bodies(Ink="glaze-ink", Ochre="glaze-ochre"),
    ),
    Design(
        "moon-jar",
        vase([(0.052, 0), (0.095, 0.045), (0.12, 0.105), (0.098, 0.168), (0.058, 0.208), (0.057, 0.222)]),
        _bodies(White="glaze-white", Stoneware="stoneware", Oxblood="glaze-oxblood"),
    ),
    Design(
        "reed",
        vase([(0.04, 0), (0.043, 0.1), (0.04, 0.24), (0.046, 0.36)]),
        _bodies(Bisque="bisque", Sage="stoneware-sage"),
    ),
    Design(
        "bud",
        vase([(0.032, 0), (0.05, 0.035), (0.036, 0.075), (0.0125, 0.11), (0.018, 0.145)], wall=0.003),
        _bodies(Blue="stoneware-blue", Terracotta="terracotta", Bisque="bisque"),
    ),
    Design(
        "lantern-vase",
        vase([(0.055, 0), (0.085, 0.07), (0.08, 0.15), (0.062, 0.21), (0.075, 0.25)], wall=0.004),
        _bodies(Amber_glass="amber-glass", Smoked_glass="smoked-glass", Clear_glass="clear-glass"),
    ),
    Design(
        "double",
        vase([(0.05, 0), (0.078, 0.06), (0.036, 0.13), (0.062, 0.19), (0.03, 0.26), (0.034, 0.275)]),
        _bodies(Oxblood="glaze-oxblood", Celadon="glaze-celadon"),
    ),
    Design(
        "trumpet",
        vase([(0.048, 0), (0.03, 0.05), (0.027, 0.14), (0.045, 0.24), (0.088, 0.31)], wall=0.004),
        _bodies(White="glaze-white", Basalt="basalt"),
    ),
)

PLANTERS = (
    Design(
        "allotment",
        decor.planter(knots=[(0.005, 0), (0.075, 0), (0.1, 0.16)], kind="fan"),
        {"Terracotta": {"body": "terracotta", **GREEN}, "Bisque": {"body": "bisque", **GREEN}},
    ),
    Design(
        "veranda",
        decor.planter(knots=[(0.005, 0), (0.12, 0), (0.13, 0.2)], kind="upright", legs=0.2),
        {
            "White and oak": {"body": "white", "stand": "oak", **GREEN},
            "Charcoal and walnut": {"body": "charcoal", "stand": "walnut", **GREEN},
        },
    ),
    Design(
        "desert",
        decor.planter(knots=[(0.04, 0.0), (0.06, 0.03), (0.056, 0.085)], kind="cactus", soft=True),
        {
            "Ochre": {"body": "glaze-ochre", "leaf": "leaf-dark", "soil": "soil"},
            "Sage": {"body": "stoneware-sage", "leaf": "leaf-dark", "soil": "soil"},
        },
    ),
    Design(
        "cistern",
        decor.planter(knots=[(0.09, 0.0), (0.15, 0.1), (0.14, 0.24)], kind="fan", soft=True),
        {"Basalt": {"body": "basalt", **GREEN}, "Blue": {"body": "stoneware-blue", **GREEN}},
    ),
)

CLOCKS = (
    Design(
        "station",
        clocks.wall_clock(radius=0.16),
        {
            "Oak": _clock("oak", "white", "charcoal"),
            "Charcoal": _clock("charcoal", "charcoal", "white"),
            "Sage": _clock("sage", "white", "charcoal"),
        },
        mount="wall",
    ),
    Design(
        "noon",
        clocks.wall_clock(radius=0.21, depth=0.05, marks="quarters", rim=0.02),
        {"Walnut": _clock("walnut", "sand", "charcoal"), "Brass": _clock("brass", "midnight", "brass")},
        mount="wall",
    ),
    Design(
        "tablet",
        clocks.flat_clock(width=0.26, height=0.34, corner=0.06),
        {
            "Clay pink": _clock("clay-pink", "clay-pink", "charcoal"),
            "Midnight": _clock("midnight", "midnight", "brass"),
        },
        mount="wall",
    ),
    Design(
        "chapel",
        clocks.table_clock(width=0.14, height=0.2, depth=0.07, shape="arch"),
        {
            "Oak": {**_clock("oak", "white", "charcoal")},
            "Walnut": {**_clock("walnut", "white", "charcoal")},
        },
    ),
    Design(
        "porter",
        clocks.table_clock(width=0.17, height=0.19, depth=0.07, shape="drum"),
        {
            "Brass": {**_clock("brass", "white", "charcoal"), "foot": "walnut"},
            "Copper": {**_clock("copper", "charcoal", "white"), "foot": "black-oak"},
        },
    ),
    Design(
        "chirp",
        clocks.bell_clock(radius=0.058),
        {
            "Rust": {**_clock("rust", "white", "charcoal"), "foot": "brass"},
            "Sage": {**_clock("sage", "white", "charcoal"), "foot": "brass"},
            "Midnight": {**_clock("midnight", "white", "charcoal"), "foot": "brass"},
        },
    ),
)

ACCENTS = (
    Design(
        "trio",
        decor.candlestick(
            profiles=[
                [(0.045, 0), (0.045, 0.012), (0.011, 0.03), (0.011, 0.19), (0.019, 0.2), (0.019, 0.225)],
                [(0.045, 0), (0.045, 0.012), (0.011, 0.03), (0.011, 0.12), (0.019, 0.13), (0.019, 0.155)],
                [(0.045, 0), (0.045, 0.012), (0.011, 0.03), (0.011, 0.06), (0.019, 0.07), (0.019, 0.095)],
            ]
        ),
        {"Brass": {"body": "brass", **WAX}, "Blackened steel": {"body": "blackened-steel", **WAX}},
    ),
    Design(
        "baluster",
        decor.candlestick(
            profiles=[
                [
                    (0.05, 0),
                    (0.05, 0.014),
                    (0.016, 0.04),
                    (0.03, 0.075),
                    (0.014, 0.11),
                    (0.026, 0.15),
                    (0.016, 0.175),
                    (0.022, 0.2),
                ],
                [(0.05, 0), (0.05, 0.014), (0.018, 0.04), (0.034, 0.07), (0.017, 0.1), (0.022, 0.125)],
            ],
            spacing=0.15,
        ),
        {"Walnut": {"body": "walnut", **WAX}, "Rust": {"body": "rust", **WAX}},
    ),
    Design(
        "bow",
        decor.candle_arch(width=0.42, lights=5),
        {"Brass": {"body": "brass", **WAX}, "Charcoal": {"body": "charcoal", **WAX}},
    ),
    Design(
        "ember",
        decor.tealights(radius=0.042, height=0.08),
        {"Amber glass": {"body": "amber-glass", **WAX}, "Celadon": {"body": "glaze-celadon", **WAX}},
    ),
    Design(
        "porthole",
        decor.mirror(width=0.6, height=0.6, shape="round"),
        {"Brass": {"mirror": "mirror", "frame": "brass"}, "Oak": {"mirror": "mirror", "frame": "oak"}},
        mount="wall",
    ),
    Design(
        "cloister",
        decor.mirror(width=0.55, height=0.9, shape="arch", frame=0.02, shelf=True),
        {"Oak": {"mirror": "mirror", "frame": "oak"}, "Black oak": {"mirror": "mirror", "frame": "black-oak"}},
        mount="wall",
    ),
    Design(
        "marsh",
        decor.cushion(width=0.48, depth=0.48, height=0.17),
        {
            "Sage": {"cloth": "linen-sage", "piping": "linen"},
            "Rust": {"cloth": "linen-rust", "piping": "linen"},
            "Blue": {"cloth": "linen-blue", "piping": "linen"},
        },
    ),
    Design(
        "bolster",
        decor.cushion(width=0.62, depth=0.38, height=0.16, piped=False),
        {"Ochre": {"cloth": "linen-ochre"}, "Natural": {"cloth": "linen"}},
    ),
    Design(
        "pouffe",
        decor.floor_cushion(radius=0.27, height=0.34),
        {
            "Natural": {"cloth": "linen", "piping": "leather"},
            "Charcoal": {"cloth": "linen-charcoal", "piping": "leather-black"},
        },
    ),
)

DESIGNS = (*VASES, *PLANTERS, *CLOCKS, *ACCENTS)
