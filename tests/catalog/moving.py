"""Moves of branches, as tests start and finish them."""

from catalog import category_moves, category_moving, queries
from catalog.domain import Freshness, Product
from catalog.models import CategoryMove
from shopcloud.lib import clock


def start(old: str, new: str, **given) -> CategoryMove:
    return category_moves.start(old=old, new=new, author=None, now=clock.now(), **given)


def finish(move: CategoryMove) -> CategoryMove:
    """Go on with a move as the schedule does, without its waits."""
    for _turn in range(10):
        category_moving.run(move_id=move.pk, now=clock.now())
        move.refresh_from_db()
        if move.finished_at:
            return move
        CategoryMove.objects.filter(pk=move.pk).update(leased_until=None)
    raise AssertionError("The move does not end.")


def held(products: list[Product]) -> dict[str, Product]:
    return queries.products_by_id([p.product_id for p in products], freshness=Freshness.STRONG)
