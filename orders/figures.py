"""Figures of the sale for staff, in a few statements that read no more than two weeks of orders.

They may come from a replica: a report can be seconds old, a decision may not.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, QuerySet, Sum
from django.db.models.functions import TruncDate

from orders.models import Order, StockItem
from orders.stock import Availability, levels
from shopcloud.lib import replica
from shopcloud.lib.money import Money

DAYS = 14
MOST_COUNTED = 1_000
PAID = (Order.Status.PAID, Order.Status.FULFILLED)


@dataclass(frozen=True, slots=True)
class Day:
    """A day's orders: those that are paid, and those that wait or were cancelled."""

    day: date
    paid: int
    unpaid: int


@dataclass(frozen=True, slots=True)
class Sales:
    """The last DAYS days up to today (UTC). Revenue counts orders placed in the span that are paid by now."""

    days: list[Day]
    today: Day
    revenue_today: list[Money]
    revenue: list[Money]


def sales(*, now: datetime) -> Sales:
    """One statement over the orders of the last two weeks."""
    today = now.date()
    first = today - timedelta(days=DAYS - 1)
    start = now.replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=DAYS - 1)
    rows = (
        _orders()
        .filter(placed_at__gte=start)
        .order_by()
        .annotate(day=TruncDate("placed_at"))
        .values("day", "status", "currency")
        .annotate(orders=Count("pk"), sum=Sum("total"))
    )
    orders: dict[tuple[date, bool], int] = {}
    revenue: dict[str, int] = {}
    revenue_today: dict[str, int] = {}
    for row in rows:
        paid = row["status"] in PAID
        orders[row["day"], paid] = orders.get((row["day"], paid), 0) + row["orders"]
        if paid:
            for sums in (revenue, revenue_today) if row["day"] == today else (revenue,):
                sums[row["currency"]] = sums.get(row["currency"], 0) + row["sum"]
    span = [first + timedelta(days=i) for i in range(DAYS)]
    days = [Day(day, orders.get((day, True), 0), orders.get((day, False), 0)) for day in span]
    return Sales(days, days[-1], _money(revenue_today), _money(revenue))


def awaiting_payment() -> int:
    """Orders that wait for their payment; counting stops at MOST_COUNTED."""
    waiting = _orders().filter(status=Order.Status.AWAITING_PAYMENT)
    return waiting.order_by()[:MOST_COUNTED].count()


def newest_orders(limit: int = 8) -> list[Order]:
    """The last orders placed, newest first."""
    return list(_orders().order_by("-placed_at").defer("access_token", "cart_id")[:limit])


def low_stock(limit: int = 8) -> list[Availability]:
    """The SKUs that fell to their threshold last, with what is left of them: two statements."""
    low = StockItem.objects.filter(low_since__isnull=False).order_by("-low_since", "sku")
    return list(levels(low.values_list("sku", flat=True)[:limit]).values())


def running_low() -> int:
    """How many SKUs are at or below their threshold; counting stops at MOST_COUNTED."""
    return StockItem.objects.filter(low_since__isnull=False).order_by()[:MOST_COUNTED].count()


def _orders() -> QuerySet[Order]:
    return Order.shown().using(replica.alias())


def _money(sums: dict[str, int]) -> list[Money]:
    return [Money(amount, currency) for currency, amount in sorted(sums.items())]
