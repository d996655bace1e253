"""Goods on sale for the tests of orders: products in the catalog with stock on the shelf, and carts holding them."""

from datetime import UTC, datetime

from catalog.domain import Kind, Product, Variant
from catalog.repository import products
from orders import stock
from orders.pricing.destination import Buyer
from orders.services import carts
from orders.services.place_order import place_order
from shopcloud.markets import US
from tests.catalog.factories import a_product

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
ADDRESS = {
    "name": "Mara Lind",
    "line1": "1 Market St",
    "line2": "",
    "city": "San Francisco",
    "postal_code": "94105",
    "region": "CA",
    "country": "US",
}


def on_sale(
    sku: str = "LAMP-S", *, usd: int = 4999, units: int | None = 10, prices: dict[str, int] | None = None, **changes
) -> Product:
    """A product with one variant in the catalog and, if physical, its units on the shelf."""
    product_id = sku.lower().replace("-", "")
    variant = Variant(
        sku=sku, options={"size": "Small"}, prices=prices or {"USD": usd, "EUR": usd, "GBP": usd}, image=0
    )
    described = {"product_id": product_id, "title": f"The {sku}", "variants": (variant,), **changes}
    product = products().create(a_product(**described))
    if product.kind is Kind.PHYSICAL and units is not None:
        stock.set_on_hand(sku=sku, product_id=product_id, on_hand=units, now=NOW)
    return product


def download(sku: str = "PATTERN", **changes) -> Product:
    return on_sale(sku, kind=Kind.DIGITAL, download="files/pattern.pdf", units=None, **changes)


def cart_of(*wanted: tuple[Product, int], market=US) -> str:
    """The id of a cart with so many of each product's first variant."""
    cart_id = None
    for product, quantity in wanted:
        cart_id = carts.add_line(
            cart_id=cart_id,
            product_id=product.product_id,
            sku=product.variants[0].sku,
            quantity=quantity,
            now=NOW,
            market=market,
        ).cart.cart_id
    assert cart_id
    return cart_id


def order_of(*wanted: tuple[Product, int], market=US, **changes):
    return order(cart_of(*wanted, market=market), market=market, **changes)


def order(cart_id: str, **changes):
    asked = {
        "cart_id": cart_id,
        "market": US,
        "email": "mara@example.com",
        "address": ADDRESS,
        "shipping_method": "standard",
        # Where a download is bought; an address decides instead.
        "buyer": Buyer(region="CA"),
        "now": NOW,
        **changes,
    }
    return place_order(**asked)
