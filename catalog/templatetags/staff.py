"""What the admin's product pages show that shoppers do not see."""

from collections.abc import Mapping

from django import template

from catalog.domain import Product
from catalog.schedules import Plan

register = template.Library()
FIRST = ("USD", "EUR", "GBP")


@register.filter
def of(plans: Mapping[str, Plan], product_id: str) -> Plan | None:
    """`{{ plans|of:product.product_id }}`: what is planned for a product, if anything is."""
    return plans.get(product_id)


@register.filter
def staff_price(product: Product) -> str:
    """The lowest price in every currency the product is sold in: "$129.00 · €119.00"."""
    sold_in = {currency for variant in product.variants for currency in variant.prices}
    currencies = sorted(sold_in, key=lambda c: (FIRST.index(c) if c in FIRST else len(FIRST), c))
    prices = (product.price_from(currency) for currency in currencies)
    return " · ".join(price.format("en") for price in prices if price)
