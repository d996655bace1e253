"""What the shop does when the catalog or the stock changed. Each handler may run twice and in any order."""

from catalog.events import CollectionsChanged, FeaturedChanged, ProductChanged
from catalog.services import mark_availability
from catalog.tasks import index_products
from orders import stock
from orders.events import AvailabilityChanged
from shopcloud.pages import forget_collection_pages, forget_home_page, forget_product_page


def index_product(event: ProductChanged) -> None:
    index_products.delay([event.product_id])


def forget_page(event: ProductChanged) -> None:
    forget_product_page(slug=event.slug, product_id=event.product_id)


def forget_collections(event: CollectionsChanged) -> None:
    forget_collection_pages(event.slugs)


def forget_home(event: FeaturedChanged) -> None:
    forget_home_page()


def show_availability(event: AvailabilityChanged) -> None:
    """Copy into the catalog whether the SKU can be bought: as it is now, for a delayed event may tell of the past."""
    level = stock.levels([event.sku]).get(event.sku)
    in_stock = level.available > 0 if level else event.in_stock
    mark_availability(product_id=event.product_id, sku=event.sku, in_stock=in_stock)
