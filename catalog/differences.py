"""How versions of a product differ, place by place, and how two of them are joined.

A product is compared as a tree: pictures by their key, variants by their SKU, attributes by their name. So two people
who each add a picture have changed two places, and both stay.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from catalog.domain import Product
from catalog.records import editorial_record, product_from, product_record

Path = tuple[str, ...]
Tree = dict[str, Any]
# Parts whose order shoppers see.
ORDERED = ("variants", "images", "attributes")


@dataclass(frozen=True, slots=True)
class Difference:
    """A place that two versions show differently; None is nothing there. `was` is what both came from, if `known`."""

    path: Path
    was: Any
    theirs: Any
    yours: Any
    known: bool = True

    @property
    def suggestion(self) -> str:
        """Whose stands when only one side changed it; empty where both did, and somebody has to choose."""
        if not self.known:
            return ""
        if self.was == self.theirs:
            return "yours"
        return "theirs" if self.was == self.yours else ""


def differences(*, theirs: Product, yours: Product, was: Product | None = None) -> list[Difference]:
    """Without `was`, every difference is one that somebody has to choose about."""
    trees = [_tree(product) for product in (theirs, yours, was) if product]
    _set_orders(trees)
    base = trees[2] if was else None
    return [
        Difference(path, before, first, second, known=was is not None)
        for path, before, first, second in _walk((), base, trees[0], trees[1])
    ]


def joined(*, theirs: Product, yours: Product, of_yours: Iterable[Path]) -> Product:
    """`theirs` with the places of `of_yours` taken from `yours`. Raises InvalidProduct where the two do not fit."""
    whole, mine, chosen = _tree(theirs), _tree(yours), set(of_yours)
    for path in chosen:
        if path[0] != "order":
            _put(whole, path, _at(mine, path))
    before = _tree(theirs)
    for part in ORDERED:
        first, second = (mine, before) if ("order", part) in chosen else (before, mine)
        whole[part] = {key: whole[part][key] for key in (*first[part], *second[part]) if key in whole[part]}
    return _product(theirs, whole)


def brought(product: Product, stored: Product) -> Product:
    """`product` as it is saved over `stored`: SKUs that it brings are sold out until their stock is found."""
    return replace(
        product,
        variants=tuple(v if stored.variant(v.sku) else replace(v, in_stock=False) for v in product.variants),
    )


def _tree(product: Product) -> Tree:
    record = editorial_record(product)
    keys = dict(enumerate(image.key for image in product.images))
    return {
        **record,
        "attributes": dict(record["attributes"]),
        "images": {image["key"]: image for image in record["images"]},
        "variants": {v["sku"]: _variant(v, keys) for v in record["variants"]},
    }


def _variant(record: Tree, keys: dict[int, str]) -> Tree:
    # DynamoDB forgets the order of prices.
    return {**record, "prices": dict(sorted(record["prices"].items())), "image": keys.get(record["image"])}


def _product(theirs: Product, tree: Tree) -> Product:
    places = {key: place for place, key in enumerate(tree["images"])}
    record = product_record(theirs)
    return product_from(
        {
            **record,
            # One that was taken away is not in the tree.
            "model": None,
            **tree,
            "sold_out": [*record["sold_out"], *(sku for sku in tree["variants"] if theirs.variant(sku) is None)],
            "attributes": list(tree["attributes"].items()),
            "images": list(tree["images"].values()),
            "variants": [{**v, "image": places.get(v.get("image"))} for v in tree["variants"].values()],
        }
    )


def _set_orders(trees: list[Tree]) -> None:
    """What was added or taken away is told at its own place: the order is that of what all have."""
    for part in ORDERED:
        common = set.intersection(*(set(tree[part]) for tree in trees))
        for tree in trees:
            tree.setdefault("order", {})[part] = [key for key in tree[part] if key in common]


def _walk(path: Path, was: Any, theirs: Any, yours: Any) -> Iterator[tuple[Path, Any, Any, Any]]:
    if theirs == yours:
        return
    # A model's key and size are one thing.
    if path != ("model",) and isinstance(theirs, dict) and isinstance(yours, dict):
        before = was if isinstance(was, dict) else {}
        for key in dict.fromkeys((*theirs, *yours)):
            yield from _walk((*path, key), before.get(key), theirs.get(key), yours.get(key))
    else:
        yield path, was, theirs, yours


def _at(tree: Tree, path: Path) -> Any:
    found: Any = tree
    for key in path:
        found = found.get(key) if isinstance(found, dict) else None
    return found


def _put(tree: Tree, path: Path, value: Any) -> None:
    holder = _at(tree, path[:-1])
    if value is None:
        holder.pop(path[-1], None)
    else:
        holder[path[-1]] = value
