"""A promotion as the sums need it, and what it takes off on its own."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from orders.pricing.promotions.basket import Basket, Line
from orders.pricing.totals import spread
from shopcloud.lib.money import round_half_up


class Kind(StrEnum):
    PERCENT = "percent"
    FIXED = "fixed"
    FREE_SHIPPING = "free_shipping"
    BUY_X_GET_Y = "buy_x_get_y"


class Scope(StrEnum):
    ALL = "all"
    CATEGORIES = "categories"
    PRODUCTS = "products"


Amounts = tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """`percent` of 0 to 100; `amounts` and `minimums` are (currency, minor units). Empty `markets` means all.

    `targets` are category paths (with everything below) or product ids, by `scope`. Higher `priority` comes first.
    """

    rule_id: int
    name: str
    kind: Kind
    percent: Decimal = Decimal(0)
    amounts: Amounts = ()
    buy: int = 0
    get: int = 0
    scope: Scope = Scope.ALL
    targets: tuple[str, ...] = ()
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    minimums: Amounts = ()
    markets: tuple[str, ...] = ()
    priority: int = 0
    is_exclusive: bool = False
    is_automatic: bool = True
    is_used_up: bool = False
    is_limited: bool = False
    per_customer: int | None = None
    first_order_only: bool = False

    @property
    def asks_who(self) -> bool:
        """Whether it depends on what this customer bought before."""
        return self.first_order_only or self.per_customer is not None

    def reaches(self, line: Line) -> bool:
        if self.scope is Scope.ALL:
            return True
        if self.scope is Scope.PRODUCTS:
            return line.product_id in self.targets
        return any(line.category == path or line.category.startswith(path + "/") for path in self.targets)

    def minimum(self, currency: str) -> int:
        return dict(self.minimums).get(currency, 0)

    def is_for(self, basket: Basket) -> bool:
        """Whether it holds in this market, in its currency."""
        return (not self.markets or basket.market in self.markets) and (
            self.kind is not Kind.FIXED or dict(self.amounts).get(basket.currency, 0) > 0
        )


@dataclass(frozen=True, slots=True)
class Left:
    """What is still to be paid: each line's rest and delivery's, in minor units."""

    lines: tuple[int, ...]
    shipping: int

    @property
    def total(self) -> int:
        return sum(self.lines) + self.shipping


def taken_off(rule: Rule, basket: Basket, left: Left) -> Left:
    """What the rule takes off each line and off delivery, of what earlier ones left. Never more than is there."""
    nothing = (0,) * len(basket.lines)
    rests = [rest if rule.reaches(line) else 0 for line, rest in zip(basket.lines, left.lines, strict=True)]
    match rule.kind:
        case Kind.FREE_SHIPPING:
            return Left(nothing, left.shipping if any(rests) else 0)
        case Kind.PERCENT:
            amount = round_half_up(sum(rests) * rule.percent / 100)
            return Left(tuple(spread(amount, rests)), 0)
        case Kind.FIXED:
            amount = min(dict(rule.amounts).get(basket.currency, 0), sum(rests))
            return Left(tuple(spread(amount, rests)), 0)
        case Kind.BUY_X_GET_Y:
            return Left(_buy_x_get_y(rule, basket.lines, rests), 0)


def _buy_x_get_y(rule: Rule, lines: Sequence[Line], rests: Sequence[int]) -> tuple[int, ...]:
    """Units in order of price, dearest first, in groups of X + Y: the cheapest Y of each full group are reduced."""
    reached = [i for i, line in enumerate(lines) if rule.reaches(line)]
    group = rule.buy + rule.get
    units = sum(lines[i].quantity for i in reached) // group * group if group else 0
    off, before = [0] * len(lines), 0
    for i in sorted(reached, key=lambda i: (-lines[i].unit_price, i)):
        after = min(before + lines[i].quantity, units)
        reduced = _reduced(after, rule) - _reduced(min(before, units), rule)
        off[i] = round_half_up(Decimal(rests[i]) * reduced * rule.percent / (100 * lines[i].quantity))
        before += lines[i].quantity
    return tuple(off)


def _reduced(units: int, rule: Rule) -> int:
    """How many of the first `units` are among the last Y of their group."""
    whole, rest = divmod(units, rule.buy + rule.get)
    return whole * rule.get + max(0, rest - rule.buy)
