from dataclasses import dataclass

from django.db import connections


@dataclass(frozen=True, slots=True)
class Totals:
    """The books in one line each. Units of stock; money in minor units, all currencies together."""

    came_in: int
    on_hand: int
    reserved: int
    sold: int
    returned: int
    sold_for: int
    captured: int
    refunded: int
    charged: int
    given_back: int

    @property
    def stock(self) -> str:
        return (
            f"{self.came_in} came in, {self.sold} sold, {self.returned} came back, "
            f"{self.on_hand} on hand of which {self.reserved} reserved"
        )

    @property
    def money(self) -> str:
        return (
            f"paid orders {_amount(self.sold_for)}, captured {_amount(self.captured)}, refunded "
            f"{_amount(self.refunded)}; the provider charged {_amount(self.charged)} and gave back "
            f"{_amount(self.given_back)}"
        )


def totals(*, using: str = "default") -> Totals:
    """One statement."""
    with connections[using].cursor() as cursor:
        cursor.execute(_TOTALS)
        return Totals(*(int(value) for value in cursor.fetchone()))


def _amount(minor_units: int) -> str:
    return f"{minor_units / 100:,.2f}"


_TOTALS = """
    WITH moved AS (SELECT
            coalesce(sum(quantity) FILTER (WHERE reason IN ('received', 'corrected')), 0) AS came_in,
            coalesce(sum(quantity) FILTER (WHERE reason = 'sold'), 0) AS sold,
            coalesce(sum(quantity) FILTER (WHERE reason = 'returned'), 0) AS returned
         FROM orders_stockmovement),
         shelf AS (SELECT coalesce(sum(on_hand), 0) AS on_hand, coalesce(sum(reserved), 0) AS reserved
         FROM orders_stocklevel)
    SELECT came_in, on_hand, reserved, sold, returned,
           (SELECT coalesce(sum(total), 0) FROM orders_order WHERE paid_at IS NOT NULL),
           (SELECT coalesce(sum(captured), 0) FROM orders_payment
             WHERE status IN ('captured', 'refund_due', 'refunded')),
           (SELECT coalesce(sum(amount), 0) FROM orders_refund WHERE status = 'succeeded'),
           (SELECT coalesce(sum(captured), 0) FROM orders_sandboxcharge),
           (SELECT coalesce(sum(amount), 0) FROM orders_sandboxrefund WHERE NOT failed)
    FROM moved, shelf
"""
