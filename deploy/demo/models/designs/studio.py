"""The studio range: sound, desk and storage."""

from __future__ import annotations

from deploy.demo.models.design import Design
from deploy.demo.models.shapes import studio


def _monitor(
    cabinet: str, baffle: str = "charcoal", ring: str = "blackened-steel", cone: str = "rubber"
) -> dict[str, str]:
    return {"cabinet": cabinet, "baffle": baffle, "ring": ring, "cone": cone}


def _cloth(cabinet: str, cloth: str, ring: str = "brass") -> dict[str, str]:
    return {"cabinet": cabinet, "cloth": cloth, "ring": ring}


AUDIO = (
    Design(
        "fieldnote",
        studio.shelf_speaker(width=0.17, height=0.29, depth=0.22, pair=True),
        {"Walnut": _monitor("walnut"), "Oak": _monitor("oak", "white", "steel", "charcoal")},
    ),
    Design(
        "fieldnote-one",
        studio.shelf_speaker(width=0.21, height=0.36, depth=0.26),
        {"Black oak": _monitor("black-oak", "charcoal", "brass"), "Ash": _monitor("ash", "sand", "brass", "charcoal")},
    ),
    Design(
        "murmur",
        studio.cloth_speaker(width=0.24, height=0.13, depth=0.1, handle=True),
        {
            "Sage": {**_cloth("oak", "linen-sage"), "strap": "leather"},
            "Charcoal": {**_cloth("walnut", "linen-charcoal"), "strap": "leather-black"},
            "Rust": {**_cloth("oak", "linen-rust"), "strap": "leather"},
        },
    ),
    Design(
        "murmur-tall",
        studio.cloth_speaker(width=0.13, height=0.24, depth=0.13),
        {"Natural": _cloth("oak", "linen"), "Blue": _cloth("walnut", "linen-blue")},
    ),
    Design(
        "orbit",
        studio.orb_speaker(radius=0.085),
        {"Natural": _cloth("oak", "linen"), "Charcoal": _cloth("walnut", "mesh", "copper")},
    ),
    Design(
        "longwave",
        studio.radio(width=0.29, height=0.16, depth=0.12),
        {
            "Walnut": {**_cloth("walnut", "linen"), "cone": "charcoal"},
            "White": {**_cloth("white", "linen-charcoal", "steel"), "cone": "charcoal"},
        },
    ),
    Design(
        "hush",
        studio.headphones(),
        {
            "Walnut": {"band": "brass", "pad": "leather", "cup": "walnut", "stand": "walnut"},
            "Charcoal": {"band": "steel", "pad": "leather-black", "cup": "charcoal", "stand": "oak"},
        },
    ),
)

STORAGE = (
    Design(
        "parcel",
        studio.storage_box(width=0.32, height=0.2, depth=0.24),
        {
            "Linen": {"body": "linen", "lid": "linen", "pull": "leather"},
            "Sage": {"body": "linen-sage", "lid": "linen-sage", "pull": "leather"},
            "Charcoal": {"body": "linen-charcoal", "lid": "linen-charcoal", "pull": "leather"},
        },
    ),
    Design(
        "caddy",
        studio.storage_box(width=0.16, height=0.14, depth=0.16, handle="knob"),
        {
            "Oak": {"body": "oak", "lid": "oak", "pull": "brass"},
            "Ochre": {"body": "ochre", "lid": "oak", "pull": "oak"},
        },
    ),
    Design(
        "coil",
        studio.basket(radius=0.19, height=0.26),
        {"Natural": {"body": "rope", "handle": "rope"}, "Natural and rust": {"body": "rope", "handle": "linen-rust"}},
    ),
    Design(
        "coil-small",
        studio.basket(radius=0.12, height=0.13, handles=False),
        {"Natural": {"body": "rope"}},
    ),
    Design(
        "butler",
        studio.tray(length=0.46, depth=0.32, rim=0.032, grips=True),
        {
            "Oak and brass": {"body": "oak", "handle": "brass"},
            "Walnut and black": {"body": "walnut", "handle": "blackened-steel"},
        },
        views=({"azimuth": 28, "elevation": 26}, {"azimuth": -50, "elevation": 20, "fill": 0.9}),
    ),
    Design(
        "pocket",
        studio.tray(length=0.22, depth=0.14, shape="oval"),
        {"Brass": {"body": "brass"}, "Midnight": {"body": "midnight"}, "Clay pink": {"body": "clay-pink"}},
        views=({"azimuth": 28, "elevation": 28}, {"azimuth": -50, "elevation": 20, "fill": 0.9}),
    ),
    Design(
        "quill",
        studio.pen_block(width=0.26, depth=0.13),
        {
            "Oak": {"base": "oak", "cup": "charcoal", "pencils": "ochre", "paper": "print"},
            "Walnut": {"base": "walnut", "cup": "brass", "pencils": "sage", "paper": "print"},
        },
    ),
    Design(
        "dispatch",
        studio.letter_rack(width=0.24),
        {
            "Oak and brass": {"base": "oak", "wire": "brass"},
            "Black oak and steel": {"base": "black-oak", "wire": "steel"},
        },
    ),
    Design(
        "podium",
        studio.laptop_riser(width=0.52, depth=0.24, height=0.13),
        {"Oak": {"base": "oak"}, "Walnut": {"base": "walnut"}},
    ),
)

DESIGNS = (*AUDIO, *STORAGE)
