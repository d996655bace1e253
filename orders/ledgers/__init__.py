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


def money_breaches(*, using: str = "default", at_rest: bool = True) -> list[Breach]:
    """What of the money books does not balance. While answers are under way the provider's own books may be ahead of
    the shop's: then they are compared only `at_rest`."""
    return check.run((*money.MONEY, *money.PROMOTIONS, *(money.PROVIDER if at_rest else ())), using=using)


def breaches(*, using: str = "default", at_rest: bool = True) -> list[Breach]:
    return [*stock_breaches(using=using), *money_breaches(using=using, at_rest=at_rest)]
