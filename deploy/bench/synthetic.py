"""Believable products without end, each made from its index alone: the same seed tells the same shop every time."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product as pairs
from random import Random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from catalog.domain import Category, Image, Product, Rating, Variant

SEED = 1
OPENED = datetime(2024, 1, 1, tzinfo=UTC)
# Department -> section -> what is sold there, singular.
SHELVES: dict[str, dict[str, tuple[str, ...]]] = {
    "rooms": {"seating": ("armchair", "stool", "bench"), "tables": ("side table", "desk"), "storage": ("shelf", "box")},
    "lights": {"standing": ("floor lamp", "reading lamp"), "hanging": ("pendant", "lantern")},
    "kitchen": {"cooking": ("saucepan", "skillet", "kettle"), "serving": ("bowl", "platter", "jug", "mug")},
    "textiles": {"bed": ("blanket", "quilt", "pillow"), "bath": ("towel", "bath mat")},
    "garden": {"pots": ("planter", "trough"), "tools": ("trowel", "pruner", "watering can")},
}
MAKERS = ("Nordlys", "Fjellhus", "Maison Clair", "Brook & Son", "Studio Ito", "Alder", "Kiln Works", "Tideline")
LINES = ("Harbour", "Halo", "Meadow", "Dusk", "Ember", "Cove", "Linden", "Orchard", "Slate", "Plume", "Quarry", "Wren")
MATERIALS = ("oak", "walnut", "linen", "brass", "stoneware", "glass", "steel", "wool", "cork", "ash")
COLOURS = ("white", "black", "sand", "moss", "rust", "navy", "clay", "blue")
SIZES = ("Small", "Medium", "Large")
CARE = ("Wipe with a damp cloth.", "Keep away from strong sun.", "Oil once a year.", "Wash by hand.")
# Of a hundred: SKUs that are sold out, and products that nobody has rated yet.
SOLD_OUT, UNRATED = 6, 30
SHEETS = [(d, s, noun) for d, sections in SHELVES.items() for s, nouns in sections.items() for noun in nouns]


def products(start: int, stop: int, *, seed: int = SEED, pictures: Sequence["Image"] = ()) -> Iterator["Product"]:
    """Those of the indexes from `start` up to, without, `stop`, one at a time."""
    return (product(index, seed=seed, pictures=pictures) for index in range(start, stop))


def product(index: int, *, seed: int = SEED, pictures: Sequence["Image"] = ()) -> "Product":
    """The product of this index: always the same, whatever was made before it; its pictures are some of `pictures`."""
    from catalog.domain import Product, Status

    luck = Random(seed << 40 | index)
    department, section, noun = SHEETS[index % len(SHEETS)]
    maker, line, material = luck.choice(MAKERS), luck.choice(LINES), luck.choice(MATERIALS)
    since = OPENED + timedelta(minutes=index)
    made = Product(
        product_id=product_id(index, seed=seed),
        slug=_slug(f"{line} {material} {noun}"),
        title=f"{line} {material} {noun} No. {index + 1}",
        brand=maker,
        category=f"{department}/{section}/{_slug(noun)}",
        description=_description(luck, maker, noun, material),
        status=Status.ACTIVE,
        variants=tuple(_variants(luck, f"SYN-{seed}-{index}")),
        rating=_rating(luck),
        attributes={"material": material.title(), "height_cm": str(luck.randint(5, 180))},
        rank=index % 1_000_000_000,
        created_at=since,
        updated_at=since,
    )
    # Last, so that nothing else depends on how many pictures there are to choose from.
    shown = luck.sample(pictures, min(luck.randint(1, 3), len(pictures)))
    return replace(made, images=tuple(replace(picture, alt=f"{line} {noun}") for picture in shown))


def product_id(index: int, *, seed: int = SEED) -> str:
    return f"syn{seed}n{index}"


def categories() -> Iterator["Category"]:
    """The tree that the products stand in."""
    from catalog.domain import Category, ancestors

    paths = {step for d, s, noun in SHEETS for step in ancestors(f"{d}/{s}/{_slug(noun)}")}
    for position, path in enumerate(sorted(paths), start=100):
        name = path.rpartition("/")[2].replace("-", " ").capitalize()
        yield Category(path=path, name=name, position=position)


def _variants(luck: Random, stem: str) -> Iterator["Variant"]:
    from catalog.domain import Variant

    sizes = SIZES[: luck.randint(1, 3)]
    colours = luck.sample(COLOURS, luck.randint(1, 2))
    price, grams = luck.randint(5, 400) * 100 - 10, luck.randint(100, 9000)
    for number, (size, colour) in enumerate(pairs(sizes, colours)):
        step = SIZES.index(size) * 1000
        yield Variant(
            sku=f"{stem}-{number}",
            options={"size": size, "colour": colour.title()},
            prices={"USD": price + step, "EUR": price + step, "GBP": (price + step) * 4 // 5},
            weight_grams=grams + step,
            in_stock=luck.randrange(100) >= SOLD_OUT,
        )


def _rating(luck: Random) -> "Rating":
    """None for some; else as many reviews with as many stars as a real one could have."""
    from catalog.domain import Rating

    if luck.randrange(100) < UNRATED:
        return Rating()
    count = luck.randint(1, 200)
    return Rating(round(luck.randint(count * 3, count * 5) / count, 2), count)


def _description(luck: Random, maker: str, noun: str, material: str) -> str:
    care = " ".join(luck.sample(CARE, 2))
    return (
        f"A {noun} of {material}, made by {maker} in batches of {luck.randint(12, 400)}. "
        f"It is built to be mended: every part can be had for {luck.randint(5, 25)} years.\n\n{care}"
    )


def _slug(words: str) -> str:
    return words.lower().replace(" ", "-")
