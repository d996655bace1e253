"""What the catalog does after the fact. Every task takes ids and may run twice; `**_` lets newer releases send more."""

from typing import Any

from celery import shared_task

from catalog import category_moving, reindexing, schedules
from catalog.search import indexing
from catalog.sitemaps.shards import write_shards
from shopcloud.lib import clock, redis
from shopcloud.lib.resilience import CircuitOpen, TierUnavailable

# Either may have to make the index anew: ten minutes for a million products, with nothing else running. Should the
# broker hand the task to a second worker meanwhile, that one finds the index being made.
_AN_HOUR: Any = {"soft_time_limit": 3_540, "time_limit": 3_600}


@shared_task(
    autoretry_for=(TierUnavailable, CircuitOpen, *redis.Unavailable),
    retry_backoff=2,
    retry_backoff_max=60,
    max_retries=20,
    **_AN_HOUR,
)
def index_products(product_ids: list[str], *, waiting: bool = False, **_: Any) -> None:
    """Show the search index what the catalog holds of these products now; of those that wait, many at once."""
    if waiting:
        indexing.index_waiting()
    else:
        indexing.index(product_ids)


@shared_task(**_AN_HOUR)
def heal_search_index(**_: Any) -> None:
    """Make the search index anew where it is missing or broken."""
    indexing.heal()


@shared_task
def write_sitemaps(**_: Any) -> None:
    """List every active product for crawlers; what fails is written by the next run."""
    write_shards(now=clock.now())


@shared_task
def move_category(*, move_id: int, **_: Any) -> None:
    """Go on with the move of a branch, unless another worker has it."""
    category_moving.run(move_id=move_id, now=clock.now())


@shared_task
def go_on_with_category_move(**_: Any) -> None:
    """Give the move whose task or worker was lost, or that waited for late products, to a worker."""
    for move_id in category_moving.due(now=clock.now()):
        move_category.delay(move_id=move_id)


@shared_task
def reindex_products(*, reindexing_id: int, **_: Any) -> None:
    """Go on with telling the index of a category's or a type's products, unless another worker has it."""
    reindexing.run(reindexing_id=reindexing_id, now=clock.now())


@shared_task
def go_on_with_reindexing(**_: Any) -> None:
    """Give what is due, or whose task or worker was lost, to a worker."""
    for reindexing_id in reindexing.due(now=clock.now()):
        reindex_products.delay(reindexing_id=reindexing_id)


@shared_task
def carry_out_schedules(**_: Any) -> None:
    """Put on sale, and take off it, what staff planned for now."""
    schedules.carry_out(now=clock.now())
