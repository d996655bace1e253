"""The furniture range."""

from __future__ import annotations

from deploy.demo.models.design import Design
from deploy.demo.models.shapes import seating, shelving, tables

DRESSED = {"book-a": "linen-rust", "book-b": "linen-blue", "book-c": "sand", "pot": "stoneware"}


def _one(material: str, *roles: str) -> dict[str, str]:
    return dict.fromkeys(roles, material)


def _shell(shell: str, legs: str) -> dict[str, str]:
    return {"shell": shell, "legs": legs}


def _lounge(frame: str, cushion: str) -> dict[str, str]:
    return {"frame": frame, "cushion": cushion}


def _top(top: str, legs: str) -> dict[str, str]:
    return {"top": top, "legs": legs}


SEATING = (
    Design(
        "tern",
        seating.shell_chair(),
        {"Oak": _shell("oak", "oak"), "Sage": _shell("sage", "oak"), "Charcoal": _shell("charcoal", "walnut")},
    ),
    Design(
        "tern-arm",
        seating.shell_chair(width=0.58, arms=0.1, legs="metal"),
        {"Clay pink": _shell("clay-pink", "blackened-steel"), "White": _shell("white", "steel")},
    ),
    Design(
        "parish",
        seating.frame_chair(back="spindle"),
        {"Ash": _one("ash", "frame", "seat"), "Black oak": _one("black-oak", "frame", "seat")},
    ),
    Design(
        "refectory",
        seating.frame_chair(back="wide", pad=True),
        {
            "Walnut": {"frame": "walnut", "seat": "walnut", "pad": "leather"},
            "Oak": {"frame": "oak", "seat": "oak", "pad": "linen"},
        },
    ),
    Design(
        "lull",
        seating.lounge_chair(),
        {
            "Linen": _lounge("oak", "linen"),
            "Sage": _lounge("oak", "linen-sage"),
            "Rust": _lounge("walnut", "linen-rust"),
        },
    ),
    Design(
        "lull-low",
        seating.lounge_chair(arms=False, width=0.72),
        {"Ochre": _lounge("ash", "linen-ochre"), "Charcoal": _lounge("black-oak", "linen-charcoal")},
    ),
    Design(
        "milk",
        seating.stool(),
        {"Oak": _one("oak", "seat", "legs"), "Walnut": _one("walnut", "seat", "legs")},
    ),
    Design(
        "counter",
        seating.stool(height=0.66, radius=0.165, legs=4, ring=True),
        {
            "Ash": {"seat": "ash", "legs": "ash", "metal": "brass"},
            "Midnight": {"seat": "midnight", "legs": "midnight", "metal": "brass"},
        },
    ),
    Design(
        "porch",
        seating.bench(length=1.15, cushion=True),
        {
            "Oak": {"seat": "oak", "legs": "oak", "pad": "linen-blue"},
            "Walnut": {"seat": "walnut", "legs": "walnut", "pad": "linen"},
        },
    ),
)

TABLES = (
    Design(
        "commons",
        tables.leg_table(length=1.8, depth=0.9, height=0.74),
        {"Oak": _top("oak", "oak"), "Walnut": _top("walnut", "walnut")},
    ),
    Design(
        "orchard",
        tables.leg_table(length=2.0, depth=1.05, height=0.74, shape="oval"),
        {"Ash": _top("ash", "ash"), "Black oak": _top("black-oak", "black-oak")},
    ),
    Design(
        "piazza",
        tables.pedestal_table(radius=0.55, height=0.74, column=0.055, foot=0.3),
        {"Oak": _top("oak", "white"), "Charcoal": _top("walnut", "charcoal")},
    ),
    Design(
        "skiff",
        tables.leg_table(length=1.15, depth=0.62, height=0.4, shape="oval", splay=0.07),
        {"Walnut": _top("walnut", "walnut"), "Oak": _top("oak", "oak")},
    ),
    Design(
        "stump",
        tables.drum_table(radius=0.2, height=0.43, waist=0.72),
        {"Oak": {"top": "oak"}, "Terracotta": {"top": "terracotta"}, "Basalt": {"top": "basalt"}},
    ),
    Design(
        "tipple",
        tables.tray_table(radius=0.23, height=0.5),
        {"Rust": _top("rust", "blackened-steel"), "Sage": _top("sage", "brass"), "Brass": _top("brass", "brass")},
    ),
    Design(
        "ledger",
        tables.sled_desk(length=1.3, depth=0.62, height=0.74),
        {"Oak": _top("oak", "blackened-steel"), "Walnut": _top("walnut", "brass")},
    ),
    Design(
        "pip",
        tables.leg_table(length=0.46, depth=0.46, height=0.5, shape="round", splay=0.045, thick=0.022),
        {"White": _top("white", "oak"), "Ochre": _top("ochre", "ash"), "Midnight": _top("midnight", "oak")},
    ),
)

SHELVING = (
    Design(
        "archive",
        shelving.bookcase(width=0.86, height=1.78, depth=0.3, shelves=5),
        {"Oak": {"frame": "oak", **DRESSED}, "Walnut": {"frame": "walnut", **DRESSED}},
    ),
    Design(
        "archive-low",
        shelving.bookcase(width=1.1, height=0.82, depth=0.32, shelves=2),
        {"White": {"frame": "white", **DRESSED}, "Oak": {"frame": "oak", **DRESSED}},
    ),
    Design(
        "sentry",
        shelving.bookcase(width=0.4, height=1.5, depth=0.26, shelves=4, back=False),
        {"Black oak": {"frame": "black-oak", **DRESSED}, "Ash": {"frame": "ash", **DRESSED}},
    ),
    Design(
        "sill",
        shelving.wall_shelf(length=0.8),
        {
            "Oak and brass": {"board": "oak", "brackets": "brass", **DRESSED},
            "Walnut and black": {"board": "walnut", "brackets": "blackened-steel", **DRESSED},
        },
        mount="wall",
    ),
    Design(
        "peg",
        shelving.wall_shelf(length=0.6, depth=0.18, brackets="peg"),
        {"Ash": {"board": "ash", "brackets": "ash", **DRESSED}},
        mount="wall",
    ),
    Design(
        "rigging",
        shelving.ladder_shelf(width=0.62, height=1.75),
        {
            "Oak and black": {"frame": "blackened-steel", "board": "oak", **DRESSED},
            "Walnut and brass": {"frame": "brass", "board": "walnut", **DRESSED},
        },
    ),
)

DESIGNS = (*SEATING, *TABLES, *SHELVING)
