"""Stock: who may have the last unit is decided by one conditional statement, never by a read before a write.

Every change writes the ledger, is pushed to open pages after commit, and records AvailabilityChanged when a SKU
crosses the line between buyable and sold out, LowStock when it falls to its threshold.
"""

from orders.stock.availability import Availability, levels, quantities_of
from orders.stock.balance import StockBalance, stock_balance, unbalanced
from orders.stock.counts import (
    MAX_ON_HAND,
    BadStock,
    UnknownStock,
    hand_over,
    receive,
    set_low_at,
    set_on_hand,
    transfer,
)
from orders.stock.locations import main_location
from orders.stock.reservations import NotReserved, NotSold, OutOfStock, hold_until, release, reserve, sell, take_back

__all__ = [
    "MAX_ON_HAND",
    "Availability",
    "BadStock",
    "NotReserved",
    "NotSold",
    "OutOfStock",
    "StockBalance",
    "UnknownStock",
    "hand_over",
    "hold_until",
    "levels",
    "main_location",
    "quantities_of",
    "receive",
    "release",
    "reserve",
    "sell",
    "set_low_at",
    "set_on_hand",
    "stock_balance",
    "take_back",
    "transfer",
    "unbalanced",
]
