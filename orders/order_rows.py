"""A quote as the columns of an order and its lines: one spelling for every way to an order."""

from collections.abc import Sequence
from typing import Any

from orders.models import Order, OrderLine
from orders.pricing.offers import Offer
from orders.pricing.quote import Quote


def sums(quote: Quote) -> dict[str, Any]:
    """What the order stores of its price, tax and way of delivery."""
    charged = quote.totals
    return {
        "subtotal": charged.subtotal,
        "discount": charged.discount,
        "shipping": charged.shipping,
        "tax": charged.tax,
        "shipping_tax": charged.shipping_tax,
        "shipping_tax_rate": quote.shipping_tax.rate,
        "shipping_base": charged.shipping_base,
        "tax_country": quote.destination.country,
        "tax_region": quote.destination.region,
        "vat_id": quote.destination.vat_id,
        "reverse_charge": quote.reverse_charge,
        "tax_included": charged.tax_included,
        "total": charged.total,
        "shipping_method": quote.method.code,
    }


def lines(order: Order, offers: Sequence[Offer], quote: Quote) -> list[OrderLine]:
    """The lines, not saved yet, in the order of `offers`."""
    return [
        OrderLine(
            order=order,
            sku=o.variant.sku,
            product_id=o.product.product_id,
            slug=o.product.slug,
            title=o.product.title,
            options=dict(o.options),
            label=o.label,
            image=o.image,
            kind=o.product.kind,
            download=o.product.download,
            quantity=o.quantity,
            unit_price=priced.item.unit_price,
            total=priced.item.total,
            discount=priced.discount,
            tax_rate=priced.item.tax_rate,
            tax_jurisdiction=priced.item.jurisdiction,
            tax_base=priced.base,
            tax=priced.tax,
        )
        for o, priced in zip(offers, quote.totals.lines, strict=True)
    ]
