"""The books: what the stock and money ledgers must say of each other whenever the stores are at rest.

Each check is one statement that finds the rows that do not balance; on sound books it finds none. Nothing is locked and
nothing is written, so they may run on a replica.
"""

from orders.ledgers import check, money, stock
from orders.ledgers.check import Breach
from orders.ledgers.totals import Totals, totals

__all__ = ["Breach", "Totals", "breaches", "money_breaches", "stock_breaches", "totals"]


def stock_breaches(*, using: str = "default") -> list[Breach]:
    """What of the stock books does not balance."""
    return check.run(stock.STOCK, using=using)


def money_breaches(*, using: str = "default") -> list[Breach]:
    """What of the money books does not balance. Provider and shop agree only while no answer is under way."""
    return check.run((*money.MONEY, *money.PROVIDER), using=using)


def breaches(*, using: str = "default") -> list[Breach]:
    return [*stock_breaches(using=using), *money_breaches(using=using)]
