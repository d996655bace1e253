"""Orders to be paid, made the way `place_order` leaves them: stock reserved, a first attempt written down."""

from datetime import UTC, datetime

from orders import stock
from orders.models import Order, OrderLine, Payment

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
RETURN_URL = "http://localhost:8000/payments/return/"
ADDRESS = {
    "name": "Mara Lind",
    "line1": "Lange Straße 5",
    "line2": "",
    "city": "Berlin",
    "postal_code": "10115",
    "region": "",
    "country": "DE",
}


def place(*, number: str = "SC-TEST0001", digital: bool = False, physical: bool = True, **changes) -> Order:
    """An order of two lamps at 12.99 and, if wanted, a pattern to download at 5.00; shipping 4.90."""
    wanted = [*(["lamp"] if physical else []), *(["pattern"] if digital else [])]
    lines = [dict(_LINES[name]) for name in wanted]
    subtotal = sum(line["total"] for line in lines)
    shipping = 490 if physical else 0
    order = Order.objects.create(
        number=number,
        **{
            "email": "mara@example.com",
            "market": "us",
            "language": "en",
            "currency": "USD",
            "subtotal": subtotal,
            "shipping": shipping,
            "total": subtotal + shipping,
            "shipping_address": ADDRESS,
            "cart_id": number,
            "cart_version": 1,
            "placed_at": NOW,
            **changes,
        },
    )
    OrderLine.objects.bulk_create([OrderLine(order=order, **line) for line in lines])
    Payment.objects.create(
        order=order, gateway="sandbox", amount=order.total, currency=order.currency, created_at=NOW, updated_at=NOW
    )
    if physical:
        stock.set_on_hand(sku="LAMP-S", product_id="lamp1", on_hand=10, now=NOW)
        stock.reserve(order_number=number, quantities={"LAMP-S": 2}, titles={}, now=NOW)
    return order


_LINES = {
    "lamp": {
        "sku": "LAMP-S",
        "product_id": "lamp1",
        "slug": "lamp",
        "title": "Lamp <Aurora>",
        "options": {"size": "S"},
        "kind": "physical",
        "quantity": 2,
        "unit_price": 1299,
        "total": 2598,
    },
    "pattern": {
        "sku": "PATTERN-1",
        "product_id": "pattern1",
        "slug": "pattern",
        "title": "Knitting pattern",
        "kind": "digital",
        "download": "downloads/pattern.pdf",
        "quantity": 1,
        "unit_price": 500,
        "total": 500,
    },
}
