"""What promotions take off a basket: pure functions over frozen dataclasses, exact to the minor unit."""

from orders.pricing.promotions.basket import Basket, Line, basket_of
from orders.pricing.promotions.choice import NO_DISCOUNTS, Applied, Discounts, apply
from orders.pricing.promotions.deals import NO_DEALS, Deals, HeldCode
from orders.pricing.promotions.reduction import Reduction
from orders.pricing.promotions.refusals import MAY_STILL_COUNT, Reason, Refused
from orders.pricing.promotions.rules import Kind, Rule, Scope

__all__ = [
    "MAY_STILL_COUNT",
    "NO_DEALS",
    "NO_DISCOUNTS",
    "Applied",
    "Basket",
    "Deals",
    "Discounts",
    "HeldCode",
    "Kind",
    "Line",
    "Reason",
    "Reduction",
    "Refused",
    "Rule",
    "Scope",
    "apply",
    "basket_of",
]
