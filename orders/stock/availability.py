"""How much of a SKU can be bought, over all places in use."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from orders.models import OrderLine
from shopcloud.lib import residency


@dataclass(frozen=True, slots=True)
class Availability:
    """Units of a SKU in the places in use; `reserved` of those on hand are promised to unpaid orders."""

    sku: str
    product_id: str
    on_hand: int
    reserved: int
    low_at: int
    low_since: datetime | None = None

    @property
    def available(self) -> int:
        return self.on_hand - self.reserved

    @property
    def is_low(self) -> bool:
        return self.available <= self.low_at


_LEVELS = """
    SELECT item.sku, item.product_id, coalesce(sum(level.on_hand), 0), coalesce(sum(level.reserved), 0),
           item.low_at, item.low_since
    FROM orders_stockitem AS item
    LEFT JOIN (orders_stocklevel AS level JOIN orders_stocklocation AS place
               ON place.id = level.location_id AND place.is_active) ON level.sku = item.sku
    WHERE item.sku = ANY(%s)
    GROUP BY item.sku
"""


def levels(skus: Iterable[str]) -> dict[str, Availability]:
    """The availability of `skus` in one statement; a SKU that was never received is absent, as digital ones are."""
    wanted = list(skus)
    if not wanted:
        return {}
    with residency.connection().cursor() as cursor:
        cursor.execute(_LEVELS, [wanted])
        return {row[0]: Availability(*row) for row in cursor.fetchall()}


def quantities_of(lines: Iterable[OrderLine]) -> dict[str, int]:
    """Units by SKU of the lines that have stock; digital goods never run out."""
    return {line.sku: line.quantity for line in lines if not line.is_digital}
