"""The tableware range."""

from __future__ import annotations

from deploy.demo.models.design import Design
from deploy.demo.models.shapes import tableware


def _one(material: str, *roles: str) -> dict[str, str]:
    return dict.fromkeys(roles, material)


def _mug(body: str) -> dict[str, str]:
    return _one(body, "body", "handle")


def _bowls(*glazes: str) -> dict[str, str]:
    return {f"bowl-{i + 1}": glaze for i, glaze in enumerate(glazes)}


MUGS = (
    Design(
        "harbour",
        tableware.mug(knots=[(0.005, 0), (0.041, 0), (0.042, 0.092)]),
        {"Stoneware": _mug("stoneware"), "Blue": _mug("stoneware-blue"), "Sage": _mug("stoneware-sage")},
    ),
    Design(
        "tidemark",
        tableware.mug(knots=[(0.005, 0), (0.039, 0), (0.042, 0.085)], dipped=0.036),
        {
            "White and ink": {**_mug("glaze-white"), "dip": "glaze-ink"},
            "White and oxblood": {**_mug("glaze-white"), "dip": "glaze-oxblood"},
        },
    ),
    Design(
        "plover",
        tableware.mug(knots=[(0.026, 0.0), (0.043, 0.02), (0.047, 0.05), (0.041, 0.085)], soft=True, handle="ring"),
        {"Celadon": _mug("glaze-celadon"), "Ochre": _mug("glaze-ochre"), "Ink": _mug("glaze-ink")},
    ),
    Design(
        "beaker",
        tableware.mug(knots=[(0.005, 0), (0.032, 0), (0.04, 0.098)], handle="none"),
        {"Bisque": {"body": "bisque"}, "Basalt": {"body": "basalt"}},
    ),
    Design(
        "cortado",
        tableware.cup_and_saucer(knots=[(0.02, 0.0), (0.033, 0.016), (0.039, 0.04), (0.041, 0.06)]),
        {
            "White": _one("glaze-white", "body", "handle", "saucer"),
            "Oxblood": _one("glaze-oxblood", "body", "handle", "saucer"),
        },
    ),
    Design(
        "camp",
        tableware.mug(knots=[(0.005, 0), (0.044, 0), (0.044, 0.072), (0.047, 0.078)], wall=0.0022, handle="ring"),
        {"Sage": _mug("sage"), "Midnight": _mug("midnight"), "White": _mug("white")},
    ),
    Design(
        "belly",
        tableware.mug(knots=[(0.03, 0.0), (0.047, 0.028), (0.044, 0.07), (0.037, 0.1)], soft=True),
        {"Terracotta": _mug("terracotta"), "Sage": _mug("stoneware-sage")},
    ),
)

BOWLS = (
    Design(
        "ripple",
        tableware.bowl(radius=0.085, height=0.07, foot=0.036),
        {"Celadon": {"body": "glaze-celadon"}, "Stoneware": {"body": "stoneware"}},
    ),
    Design(
        "lagoon",
        tableware.bowl(radius=0.14, height=0.085, foot=0.06, flare=0.7),
        {"Ink": {"body": "glaze-ink"}, "White": {"body": "glaze-white"}, "Blue": {"body": "stoneware-blue"}},
    ),
    Design(
        "nest",
        tableware.bowl_stack(radius=0.1, height=0.075),
        {
            "Dusk": _bowls("stoneware-blue", "stoneware", "terracotta"),
            "Meadow": _bowls("stoneware-sage", "glaze-celadon", "stoneware"),
        },
    ),
    Design(
        "gather",
        tableware.plate_stack(radius=0.138, count=4),
        {
            "Stoneware": _one("stoneware", "plate", "side-plate"),
            "Basalt": _one("basalt", "plate", "side-plate"),
        },
    ),
    Design(
        "supper",
        tableware.plate_stack(radius=0.135, count=2, bowl_on_top=True),
        {
            "Blue": {"plate": "stoneware", "side-plate": "stoneware-blue", "bowl": "stoneware-blue"},
            "Sage": {"plate": "stoneware", "side-plate": "stoneware-sage", "bowl": "stoneware-sage"},
        },
    ),
    Design(
        "noodle",
        tableware.bowl(radius=0.098, height=0.088, foot=0.042, flare=0.66),
        {"Oxblood": {"body": "glaze-oxblood"}, "Ochre": {"body": "glaze-ochre"}},
    ),
    Design(
        "shoal",
        tableware.platter(length=0.36, depth=0.21),
        {"White": {"body": "glaze-white"}, "Celadon": {"body": "glaze-celadon"}},
    ),
)

SERVING = (
    Design(
        "brook",
        tableware.teapot(knots=[(0.05, 0.0), (0.078, 0.04), (0.076, 0.075), (0.045, 0.108)]),
        {
            "Basalt": {"body": "basalt", "lid": "basalt", "handle": "brass"},
            "Stoneware": {"body": "stoneware", "lid": "stoneware", "handle": "copper"},
        },
    ),
    Design(
        "vicar",
        tableware.teapot(knots=[(0.045, 0.0), (0.082, 0.035), (0.088, 0.07), (0.056, 0.118)], handle="ear", knob=0.013),
        {
            "White": _one("glaze-white", "body", "lid", "handle"),
            "Ink": _one("glaze-ink", "body", "lid", "handle"),
            "Ochre": _one("glaze-ochre", "body", "lid", "handle"),
        },
    ),
    Design(
        "spring",
        tableware.carafe(knots=[(0.045, 0.0), (0.056, 0.05), (0.05, 0.12), (0.02, 0.19), (0.026, 0.235)]),
        {
            "Clear": {"glass": "clear-glass", "stopper": "oak"},
            "Smoked": {"glass": "smoked-glass", "stopper": "walnut"},
        },
    ),
    Design(
        "dairy",
        tableware.jug(knots=[(0.042, 0.0), (0.062, 0.04), (0.058, 0.09), (0.04, 0.145), (0.045, 0.175)]),
        {"White": _mug("glaze-white"), "Blue": _mug("stoneware-blue"), "Terracotta": _mug("terracotta")},
    ),
    Design(
        "paddle",
        tableware.board(length=0.42, width=0.26),
        {"Oak": {"body": "oak"}, "Walnut": {"body": "walnut"}},
        views=({"azimuth": 30, "elevation": 32}, {"azimuth": -60, "elevation": 18, "fill": 0.9}),
    ),
)

DESIGNS = (*MUGS, *BOWLS, *SERVING)
