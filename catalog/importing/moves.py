"""A file may speak of categories that moved since it was written: its products follow them, and nothing comes back."""

from dataclasses import replace

from catalog.category_redirects import in_their_places, moved_along
from catalog.importing.report import Parsed

FOLLOWED = "products are in categories that moved: they are put where those stand now"


def follow_moves(parsed: Parsed) -> None:
    """Once is as often as twice."""
    moved = moved_along([*parsed.categories, *(product.category for product in parsed.products.values())])
    if not moved:
        return
    for path, target in moved.items():
        category = parsed.categories.pop(path, None)
        if category:
            parsed.categories.setdefault(target, replace(category, path=target))
    followed = in_their_places(parsed.products.values())
    parsed.notes[FOLLOWED] += sum(parsed.products[p.product_id].category != p.category for p in followed)
    parsed.products.update({product.product_id: product for product in followed})
