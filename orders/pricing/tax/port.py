"""The port to whoever knows tax: a basket and a destination go in, a rate for each line and the delivery come out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Protocol

from catalog.domain import Kind, TaxClass
from orders.pricing.destination import Destination
from shopcloud.lib.money import Money


@dataclass(frozen=True, slots=True)
class Goods:
    """What is taxed: some states exempt a piece of clothing only up to a price."""

    tax_class: TaxClass
    kind: Kind
    unit_price: Money


@dataclass(frozen=True, slots=True)
class TaxRate:
    """A fraction, Decimal("0.19"), and who it is due to: "DE", "US-CA"; empty where we collect nothing."""

    rate: Decimal = Decimal(0)
    jurisdiction: str = ""


@dataclass(frozen=True, slots=True)
class BasketRates:
    """A rate for each of the goods, in their order, and the delivery's."""

    goods: tuple[TaxRate, ...]
    shipping: TaxRate


class TaxSource(Protocol):
    def rates(self, goods: Sequence[Goods], to: Destination, *, on: date) -> BasketRates:
        """What is due on each of `goods` sold to `to` on a day. Never negative; nothing is due where none is known."""
