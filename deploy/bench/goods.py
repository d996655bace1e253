"""A thousand products of one SKU each, with stock for days, and the numbers their SKUs are made of."""

from collections.abc import Iterator
from random import Random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from catalog.domain import Product

PREFIX, FIRST, MANY = "BENCH-", 100_000, 1_000
THIRD = MANY // 3
HOT = FIRST
# What most people buy: their products are in the cache, as in any shop that has visitors.
POPULAR = 100
EACH = 900_000
SKU = PREFIX + "{}"
EMAIL = "bench@example.com"
ADDRESS = {
    "name": "Bo Bench",
    "line1": "1 Market St",
    "city": "San Francisco",
    "postal_code": "94105",
    "region": "CA",
    "country": "US",
}


def basket(luck: Random, *, hot: bool = False, many: int = MANY) -> list[int]:
    """The numbers of three different SKUs of the first `many`: one a third, the first always the same if `hot`."""
    third = many // 3
    first, *rest = (luck.randrange(start, start + third) for start in (FIRST, FIRST + third, FIRST + 2 * third))
    return [HOT if hot else first, *rest]


def stock_up() -> None:
    """Make what is missing of the thousand."""
    from catalog import services as catalog
    from orders.services.open_stock import FirstCount, open_stock
    from shopcloud.lib import clock

    now = clock.now()
    catalog.save_products(products=_products(), now=now)
    counts = (FirstCount(SKU.format(n), product_id(n), EACH, True) for n in range(FIRST, FIRST + MANY))
    open_stock(counts=counts, now=now)


def product_id(number: int) -> str:
    return f"bench{number}"


def _products() -> Iterator["Product"]:
    from catalog.domain import Product, Status, Variant
    from shopcloud.lib import clock

    now = clock.now()
    for n in range(FIRST, FIRST + MANY):
        variant = Variant(sku=SKU.format(n), options={"size": "One"}, prices={"USD": 1999, "EUR": 1899, "GBP": 1699})
        yield Product(
            product_id=product_id(n),
            slug="bench",
            title=f"Bench {n}",
            category="bench",
            status=Status.ACTIVE,
            variants=(variant,),
            created_at=now,
            updated_at=now,
        )
