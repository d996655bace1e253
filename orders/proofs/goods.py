"""Goods and carts for the races, made by the shop's own services."""

from catalog import services as catalog
from catalog.domain import Kind, Product, Status, Variant
from orders import stock
from orders.services import carts
from shopcloud.lib import clock, ids
from shopcloud.lib.market import Market

# A market of the proofs' own, so that they depend on no figure of the shop's.
MARKET = Market("us", "en", "USD", False, ("US",), "United States", "")
BUYER = {
    "email": "racer@example.com",
    "shipping_address": {
        "name": "Robin Racer",
        "line1": "1 Market St",
        "city": "Wilmington",
        "postal_code": "19801",
        "region": "DE",
        "country": "US",
    },
}


def on_sale(*, units: int | None = None, price: int = 2000, kind: Kind = Kind.PHYSICAL) -> Product:
    """A product with one SKU at `price` and, if physical, `units` on the shelf."""
    now, product_id = clock.now(), ids.product_id()
    variant = Variant(sku=f"RACE-{product_id.upper()}", options={}, prices={"USD": price})
    product = catalog.create_product(
        product=Product(
            product_id=product_id,
            slug="raced",
            title="Raced goods",
            category="races",
            kind=kind,
            status=Status.ACTIVE,
            variants=(variant,),
            download="raced.pdf" if kind is Kind.DIGITAL else "",
            created_at=now,
            updated_at=now,
        ),
        now=now,
    )
    if units is not None:
        stock.set_on_hand(sku=variant.sku, product_id=product_id, on_hand=units, now=now)
    return product


def cart_of(product: Product, *, quantity: int = 1) -> str:
    """The id of a new cart."""
    sku = product.variants[0].sku
    added = carts.add_line(
        cart_id=None, product_id=product.product_id, sku=sku, quantity=quantity, now=clock.now(), market=MARKET
    )
    return added.cart.cart_id


def order_request(cart_id: str, *, token: str | None = "tok_ok") -> dict[str, object]:  # noqa: S107
    """The body of `POST /api/v1/orders/`; without a token it is not paid."""
    return {"cart": cart_id, **BUYER, **({"payment": {"token": token}} if token else {})}
