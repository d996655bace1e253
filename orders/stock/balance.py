"""The books of stock, read in one statement and so from one moment: levels, ledger and reservations must agree."""

from dataclasses import dataclass
from typing import Any

from shopcloud.lib import residency


@dataclass(frozen=True, slots=True)
class StockBalance:
    """Units of a SKU over all places, in use or not.

    `available` and `reserved` are the levels'; the rest is summed from the ledger, and `held`, `bought` and
    `brought_back` from the reservations of orders.
    """

    sku: str
    available: int
    reserved: int
    received: int
    corrected: int
    transferred: int
    sold: int
    returned: int
    promised: int
    held: int
    bought: int
    brought_back: int

    @property
    def constant(self) -> int:
        """Moves with goods received and counts corrected, and with nothing else."""
        return self.available + self.reserved + self.sold - self.returned

    @property
    def is_balanced(self) -> bool:
        return (
            self.constant == self.received + self.corrected
            and self.transferred == 0
            and self.reserved == self.promised == self.held
            and (self.sold, self.returned) == (self.bought, self.brought_back)
        )

    def __str__(self) -> str:
        return (
            f"{self.sku}: {self.available} available + {self.reserved} reserved + {self.sold} sold - {self.returned} "
            f"returned = {self.constant}; {self.received} received + {self.corrected} corrected"
        )


_BALANCES = """
    WITH level AS (
        SELECT sku, sum(on_hand - reserved) AS available, sum(reserved) AS reserved
        FROM orders_stocklevel {where} GROUP BY sku
    ), ledger AS (
        SELECT sku, sum(quantity) FILTER (WHERE reason = 'received') AS received,
               sum(quantity) FILTER (WHERE reason = 'corrected') AS corrected,
               sum(quantity) FILTER (WHERE reason = 'transferred') AS transferred,
               sum(quantity) FILTER (WHERE reason = 'sold') AS sold,
               sum(quantity) FILTER (WHERE reason = 'returned') AS returned,
               sum(CASE reason WHEN 'reserved' THEN quantity WHEN 'released' THEN -quantity WHEN 'sold' THEN -quantity
                   END) AS promised
        FROM orders_stockmovement {where} GROUP BY sku
    ), promise AS (
        SELECT sku, sum(quantity) FILTER (WHERE state = 'held') AS held,
               sum(quantity) FILTER (WHERE state = 'sold') AS bought, sum(returned) AS brought_back
        FROM orders_stockreservation {where} GROUP BY sku
    )
    SELECT sku, {columns}
    FROM level FULL JOIN ledger USING (sku) FULL JOIN promise USING (sku)
    ORDER BY sku
"""
_COLUMNS = [name for name in StockBalance.__dataclass_fields__ if name != "sku"]
_SHOWN = ", ".join(f"coalesce({name}, 0)" for name in _COLUMNS)


def stock_balance(sku: str) -> StockBalance:
    """The books of one SKU; all zeros where it is not known."""
    found = _read(_BALANCES.format(where="WHERE sku = %(sku)s", columns=_SHOWN), {"sku": sku})
    return found[0] if found else StockBalance(sku, *[0] * len(_COLUMNS))


def stock_balances() -> list[StockBalance]:
    """The books of every SKU, in the order of their names; reads the whole ledger."""
    return _read(_BALANCES.format(where="", columns=_SHOWN), {})


def unbalanced() -> list[StockBalance]:
    """The SKUs whose books disagree; none, if stock was only ever moved by its own services."""
    return [balance for balance in stock_balances() if not balance.is_balanced]


def _read(statement: str, parameters: dict[str, str]) -> list[StockBalance]:
    with residency.connection().cursor() as cursor:
        cursor.execute(statement, parameters)
        rows: list[Any] = cursor.fetchall()
    return [StockBalance(sku, *map(int, counted)) for sku, *counted in rows]
