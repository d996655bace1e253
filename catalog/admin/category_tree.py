"""The tree as its page shows it: each category with its products, and what stands below it."""

from collections.abc import Mapping
from dataclasses import dataclass

from catalog.categories import Tree
from catalog.domain import DEEPEST, Category


@dataclass(frozen=True, slots=True)
class Node:
    """`count` is None while it is not known."""

    category: Category
    count: int | None
    nodes: list["Node"]
    first: bool
    last: bool

    @property
    def may_have_children(self) -> bool:
        return self.category.depth < DEEPEST


def nodes_of(tree: Tree, counts: Mapping[str, int], parent: str = "") -> list[Node]:
    """The categories of `parent` in the order of the shelves, each with its own below it."""
    siblings = tree.by_parent.get(parent, [])
    return [
        Node(
            category=category,
            count=counts.get(category.path, 0) if counts else None,
            nodes=nodes_of(tree, counts, category.path),
            first=place == 0,
            last=place == len(siblings) - 1,
        )
        for place, category in enumerate(siblings)
    ]


def lost_in(tree: Tree) -> list[Category]:
    """Categories whose parent is not there."""
    return [c for c in tree.categories if c.parent and c.parent not in tree.by_path]
