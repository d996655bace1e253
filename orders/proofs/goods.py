"""Goods and carts for the races, made by the shop's own services."""

from catalog import services as catalog
from catalog.domain import Kind, Product, Status, Variant
from orders import stock
from orders.models import Order
from orders.services import carts
from orders.services.pay_order import start_payment
from orders.services.place_order import place_order
from shopcloud.lib import clock, ids
from shopcloud.lib.market import Market

# A market of the proofs' own, so that they depend on no figure of the shop's.
MARKET = Market("us", "en", "USD", False, ("US",), "United States", "")
EMAIL = "racer@example.com"
ADDRESS = {
    "name": "Robin Racer",
    "line1": "1 Market St",
    "city": "Wilmington",
    "postal_code": "19801",
    "region": "DE",
    "country": "US",
}
RETURN_URL = "http://127.0.0.1:8000/"


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


def placed(product: Product, *, quantity: int = 1) -> Order:
    """An order that waits for its payment."""
    return place_order(
        cart_id=cart_of(product, quantity=quantity),
        market=MARKET,
        email=EMAIL,
        address=ADDRESS,
        shipping_method=None,
        now=clock.now(),
    )


def paid(product: Product, *, quantity: int = 1) -> Order:
    """An order whose payment the built-in provider has captured."""
    order = placed(product, quantity=quantity)
    start_payment(order=order, return_url=RETURN_URL, token="tok_ok", now=clock.now())  # noqa: S106
    order.refresh_from_db()
    return order


def order_request(cart_id: str, *, token: str | None = "tok_ok") -> dict[str, object]:  # noqa: S107
    """The body of `POST /api/v1/orders/`; without a token it is not paid."""
    sent = {"cart": cart_id, "email": EMAIL, "shipping_address": ADDRESS}
    return {**sent, **({"payment": {"token": token}} if token else {})}
