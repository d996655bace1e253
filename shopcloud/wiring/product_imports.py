"""Imports of products with the shop around them: their stock is opened, and workers are nudged to go on with them."""

from catalog import queries
from catalog.domain import Freshness, Kind
from catalog.events import ImportConfirmed, ImportLookAsked
from catalog.importing import background, foreign
from catalog.importing.report import Parsed
from orders.queries import sku_owners
from orders.services.open_stock import FirstCount, open_stock
from shopcloud.lib import clock


def register() -> None:
    """Let staff see before a run which SKUs of a file are another product's."""
    foreign.ask(sku_owners)


def nudge_look(event: ImportLookAsked) -> None:
    """Give the file to a worker to be read. Should the task be lost, the schedule finds the look."""
    from shopcloud.wiring.tasks import look_at_import

    look_at_import.delay(import_id=event.import_id)


def nudge(event: ImportConfirmed) -> None:
    """Give a confirmed import to a worker. Should the task be lost, the schedule finds the import."""
    from shopcloud.wiring.tasks import import_products

    import_products.delay(import_id=event.import_id)


def go_on(import_id: int) -> bool:
    """Take an import to its end, from where the last worker left it; False if it is not to be had now."""
    return background.run(import_id=import_id, open_stock=open_first_stock, owners=sku_owners, now=clock.now())


def open_first_stock(parsed: Parsed, product_ids: list[str]) -> int:
    """Open the stock the file tells of, for SKUs that have none; returns how many were opened."""
    return open_stock(counts=_first_counts(parsed, product_ids), now=clock.now())


def _first_counts(parsed: Parsed, product_ids: list[str]) -> list[FirstCount]:
    stored = queries.products_by_id(product_ids, freshness=Freshness.STRONG) if parsed.stock else {}
    return [
        FirstCount(variant.sku, product.product_id, parsed.stock[variant.sku], variant.in_stock)
        for product in stored.values()
        # Digital goods never run out: they have no stock, whatever a file counts.
        if product.kind is not Kind.DIGITAL
        for variant in product.variants
        if variant.sku in parsed.stock
    ]
