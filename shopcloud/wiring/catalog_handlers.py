"""What the shop does when the catalog or the stock changed. Each handler may run twice and in any order."""

from datetime import datetime, timedelta
from uuid import UUID

from catalog import queries
from catalog.domain import Freshness
from catalog.events import (
    CategoryChanged,
    CategoryMoveAsked,
    CollectionsChanged,
    FeaturedChanged,
    ProductChanged,
    SaveUnanswered,
    VariantsAdded,
)
from catalog.search import waiting
from catalog.services import mark_availability
from catalog.services import settle_save as settle
from catalog.tasks import index_products
from catalog.tasks import move_category as move
from orders import stock
from orders.events import AvailabilityChanged
from orders.queries import sku_owners
from shopcloud.lib import clock, residency
from shopcloud.pages import (
    forget_category_pages,
    forget_collection_pages,
    forget_home_page,
    forget_product_page,
)

# Longer than a process holds the tree, and a page for itself.
OLD_TREE_SECONDS = 12
# A write that nobody waits for any more may stand in a client's queue, on a slow node, or in the other region.
STILL_COMING = timedelta(minutes=2)


def index_product(event: ProductChanged) -> None:
    """A worker of the release before takes the id alone; one of this takes all that wait."""
    waiting.add(event.product_id)
    index_products.delay([event.product_id], waiting=True)


def forget_page(event: ProductChanged) -> None:
    forget_product_page(slug=event.slug, product_id=event.product_id)


def settle_save(event: SaveUnanswered) -> None:
    """As often as it takes: while the write may still arrive, the event waits as in an outage."""
    settle(
        product_id=event.product_id,
        version=event.version,
        saved_at=datetime.fromisoformat(event.saved_at),
        author=event.author,
        edit=UUID(event.edit) if event.edit else None,
        may_come=bool(event.asked_at) and clock.now() < datetime.fromisoformat(event.asked_at) + STILL_COMING,
    )


def forget_collections(event: CollectionsChanged) -> None:
    forget_collection_pages(event.slugs)


def forget_home(event: FeaturedChanged) -> None:
    forget_home_page()


def forget_category(event: CategoryChanged) -> None:
    """Now, and once more when no process holds the tree as it was: one may have made the page of that meanwhile."""
    from shopcloud.wiring.tasks import forget_category_pages as forget_later

    forget_category_pages(event.path)
    forget_later.apply_async(kwargs={"path": event.path}, countdown=OLD_TREE_SECONDS)


def move_category(event: CategoryMoveAsked) -> None:
    move.delay(move_id=event.move_id)


def _is_there(sku: str) -> bool:
    level = stock.levels([sku]).get(sku)
    return level is not None and level.available > 0


def show_availability(event: AvailabilityChanged) -> None:
    """Copy into the catalog whether the SKU can be bought: as it is now, for a delayed event may tell of the past."""
    _show(event.product_id, event.sku, untold=event.in_stock)


def _show(product_id: str, sku: str, *, untold: bool) -> None:
    """As it is now, and once more if that changed meanwhile: who read before the change may be the last to write.

    There is one catalog: a SKU is in it as long as any region has one to sell; `untold` stands for stock without a row.
    """
    shown: bool | None = None
    while (in_stock := _is_anywhere(sku, untold=untold)) != shown:
        mark_availability(product_id=product_id, sku=sku, in_stock=in_stock)
        shown = in_stock


def _is_anywhere(sku: str, *, untold: bool) -> bool:
    level = stock.levels([sku]).get(sku)
    here = level.available > 0 if level else untold
    return here or any(residency.ask(home, lambda: _is_there(sku)) for home in residency.others())


def find_stock(event: VariantsAdded) -> None:
    """A SKU that comes back to its product, or that another one gave up for it, finds its stock where it was."""
    owners = sku_owners(event.skus)
    for sku, owner in owners.items():
        if owner != event.product_id:
            if _has(owner, sku):
                continue
            stock.hand_over(sku=sku, product_id=event.product_id)
        _show(event.product_id, sku, untold=True)


def _has(product_id: str, sku: str) -> bool:
    found = queries.products_by_id([product_id], freshness=Freshness.STRONG)
    return any(product.variant(sku) for product in found.values())
