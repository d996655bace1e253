"""An applied promotion as cart, checkout, order and mails show it."""

from dataclasses import dataclass

from shopcloud.lib.money import Money


@dataclass(frozen=True, slots=True)
class Reduction:
    """An applied promotion as it is shown: `code` is empty where it came by itself."""

    name: str
    code: str
    amount: Money
    shipping: Money
