"""One line of the range: what a design is called, who makes it, what it costs and what is said about it."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Size:
    """A size a product is sold in: its label, and its price and weight as multiples of the smallest."""

    label: str
    price: float
    weight: float


@dataclass(frozen=True)
class Goods:
    """A physical product of the range; `dollars` is the net US price of its smallest size, `grams` that size's weight."""

    design: str
    title: str
    brand: str
    category: str
    dollars: int
    grams: int
    material: str
    copy: str
    sizes: tuple[Size, ...] = ()
    featured: bool = False
    extra: dict[str, str] = field(default_factory=dict)
    stock: dict[str, int] = field(default_factory=dict)


PAIR = (Size("Single", 1, 1), Size("Set of 2", 1.85, 2))
SET_OF_FOUR = (Size("Single", 1, 1), Size("Set of 4", 3.6, 4))
