"""Shelves: fixed to the wall, standing, leaning."""

from __future__ import annotations

import numpy as np

from deploy.demo.models.curves import spline
from deploy.demo.models.design import Part
from deploy.demo.models.mesh import Mesh, joined
from deploy.demo.models.primitives import box, lathe, tube
from deploy.demo.models.shapes.vases import vase


def books(widths: list[float], heights: list[float], depth: float = 0.15) -> list[Mesh]:
    """A row of books from x = 0 to the right, standing on y = 0."""
    row, x = [], 0.0
    for width, height in zip(widths, heights, strict=True):
        row.append(box(width - 0.002, height, depth, radius=0.003).moved(x=x + width / 2))
        x += width
    return row


def bookcase(*, width: float, height: float, depth: float, shelves: int, back: bool = True) -> tuple[Part, ...]:
    """A carcass with shelves, dressed with a few books and a pot so that its size can be read."""
    board = 0.022
    sides = [box(board, height, depth, radius=0.004).moved(x=s * (width - board) / 2) for s in (-1, 1)]
    levels = np.linspace(0.05, height - board, shelves + 1)
    boards = [box(width - 2 * board, board, depth - 0.004, radius=0.003).moved(y=y) for y in levels]
    plinth = box(width - 2 * board, 0.05, 0.02, radius=0.003).moved(z=depth / 2 - 0.03)
    parts = [Part("frame", joined(*sides)), Part("frame", joined(*boards, plinth), "x")]
    if back:
        parts.append(
            Part("frame", box(width - board, height - 0.05, 0.008, radius=0.002).moved(y=0.04, z=-depth / 2 + 0.008))
        )
    parts += _dressing(width, [float(y) + board for y in levels])
    return tuple(parts)


def _dressing(width: float, levels: list[float]) -> list[Part]:
    """Books and pots, different on every shelf but always the same for the same case."""
    rng = np.random.default_rng(len(levels) * 100 + int(width * 100))
    parts: list[Part] = []
    for i, level in enumerate(levels[:-1]):
        room = levels[1] - levels[0] - 0.05
        count = int(rng.integers(4, 8)) if width > 0.5 else 3
        row = books(
            [float(w) for w in rng.uniform(0.022, 0.042, count)],
            [float(h) for h in rng.uniform(0.62, 0.82, count) * room],
        )
        left = -width / 2 + 0.05 if i % 2 == 0 else width / 2 - 0.06 - 0.035 * count
        parts += [Part(("book-a", "book-b", "book-c")[int(rng.integers(3))], b.moved(x=left, y=level)) for b in row]
        tall = 0.5 * room
        pot = vase(
            [(tall * 0.3, 0.0), (tall * 0.46, tall * 0.4), (tall * 0.24, tall * 0.85), (tall * 0.27, tall)], segments=20
        )[0].mesh
        if width > 0.5:
            parts.append(Part("pot", pot.moved(x=(0.24 if i % 2 == 0 else -0.24) * width, y=level)))
    return parts


def wall_shelf(*, length: float, depth: float = 0.2, brackets: str = "metal", dressed: bool = True) -> tuple[Part, ...]:
    """A floating board on two brackets or pegs, with a few things on it."""
    board = box(length, 0.024, depth, radius=0.01, bevel=0.005)
    hold = []
    for x in (-length * 0.34, length * 0.34):
        if brackets == "metal":
            path = [
                (x, 0.0, depth * 0.42),
                (x, -0.006, -depth / 2 + 0.02),
                (x, -0.03, -depth / 2 + 0.006),
                (x, -0.15, -depth / 2 + 0.006),
            ]
            hold.append(tube(path, 0.0055, sides=8))
        else:
            hold.append(tube([(x, -0.012, -depth / 2), (x, -0.012, depth * 0.38)], 0.013))
            hold.append(tube([(x, -0.012, depth * 0.38), (x, 0.05, depth * 0.38)], 0.009))
    parts = [Part("board", board, "x"), Part("brackets", joined(*hold))]
    if dressed:
        row = books([0.03, 0.024, 0.036, 0.028], [0.2, 0.225, 0.19, 0.21], 0.14)
        roles = ["book-a", "book-b", "book-c", "book-a"]
        parts += [Part(r, b.moved(x=-length * 0.36, y=0.024)) for r, b in zip(roles, row, strict=True)]
        pot = vase([(0.045, 0.0), (0.07, 0.06), (0.034, 0.14), (0.04, 0.16)], segments=24)[0].mesh
        bowl = lathe(
            spline([(0.0, 0.0), (0.035, 0.0), (0.075, 0.05), (0.072, 0.05), (0.03, 0.006), (0.0, 0.006)], 3).clip(min=0)
        )
        parts += [Part("pot", pot.moved(x=length * 0.3, y=0.024)), Part("pot", bowl.moved(x=length * 0.06, y=0.024))]
    return tuple(parts)


def ladder_shelf(*, width: float, height: float, shelves: int = 4) -> tuple[Part, ...]:
    """A leaning frame whose shelves grow deeper towards the floor."""
    lean = 0.3
    rails, steps = [], []
    for s in (-1, 1):
        x = s * width / 2
        rails.append(tube([(x, 0, lean), (x, height, -0.12)], 0.015))
        rails.append(tube([(x, 0, -0.12), (x, height * 0.93, -0.12)], 0.015))
    for y in np.linspace(0.2, height * 0.86, shelves):
        front = lean - (lean + 0.12) * y / height + 0.01
        steps.append(
            box(width - 0.02, 0.02, front + 0.13, radius=0.008, bevel=0.004).moved(y=float(y), z=(front - 0.13) / 2)
        )
    parts = [Part("frame", joined(*rails)), Part("board", joined(*steps), "x")]
    level = float(np.linspace(0.2, height * 0.86, shelves)[1]) + 0.02
    row = books([0.03, 0.036, 0.026], [0.2, 0.18, 0.21], 0.13)
    parts += [
        Part(r, b.moved(x=-width * 0.36, y=level, z=0.0))
        for r, b in zip(("book-a", "book-b", "book-c"), row, strict=True)
    ]
    pot = vase([(0.05, 0.0), (0.075, 0.08), (0.036, 0.17), (0.042, 0.19)], segments=24)[0].mesh
    parts.append(Part("pot", pot.moved(x=width * 0.2, y=0.22, z=0.06)))
    return tuple(parts)
