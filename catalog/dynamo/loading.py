"""Writing products by the batch, for loads of many thousands: no conditions, so that a batch may simply be repeated."""

import random
import time
from typing import Any

from catalog.domain import Product
from catalog.dynamo.calls import Calls
from catalog.dynamo.items import new_item
from catalog.dynamo.tables import PRODUCTS
from catalog.dynamo.values import encode_all
from catalog.repository import CatalogUnavailable

BATCH = 25
BATCH_ROUNDS = 12
LONGEST_WAIT = 5.0


def write_products(calls: Calls, products: list[Product]) -> None:
    """Store each as version 1, with its rating, over whatever has its id. What the store leaves unwritten is sent
    again, for up to half a minute; then raises CatalogUnavailable, after some of them.
    """
    puts = [{"PutRequest": {"Item": _item(product)}} for product in products]
    for start in range(0, len(puts), BATCH):
        _write_batch(calls, puts[start : start + BATCH])


def _item(product: Product) -> dict[str, Any]:
    rating = product.rating
    stars = {"rating_total": round(rating.average * rating.count), "rating_count": rating.count}
    return {**new_item(product), **(encode_all(stars) if rating.count else {})}


def _write_batch(calls: Calls, puts: list[Any]) -> None:
    left: Any = {PRODUCTS.full_name: puts}
    for attempt in range(BATCH_ROUNDS):
        try:
            left = calls.write("batch_write_item", RequestItems=left).get("UnprocessedItems")
        except CatalogUnavailable:
            if attempt == BATCH_ROUNDS - 1:
                raise
        if not left:
            return
        time.sleep(random.uniform(0.5, 1) * min(0.05 * 2**attempt, LONGEST_WAIT))  # noqa: S311
    raise CatalogUnavailable("The catalog is too busy to load products. Run the load again: it goes on where it was.")
