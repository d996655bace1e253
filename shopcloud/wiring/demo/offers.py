"""The demo shop's offers: one that comes by itself, and two codes to try."""

from orders.services.open_offers import Offer

OFFERS = (
    Offer(
        "3 for 2 on tableware",
        {
            "kind": "buy_x_get_y",
            "buy": 2,
            "get": 1,
            "percent": 100,
            "scope": "categories",
            "targets": ["tableware"],
            "priority": 10,
        },
    ),
    Offer(
        "Welcome: 10 % off your first order",
        {
            "kind": "percent",
            "percent": 10,
            "minimums": {"USD": 3000, "EUR": 3000, "GBP": 2500},
            "first_order_only": True,
            "per_customer": 1,
        },
        code="WELCOME10",
    ),
    Offer("Free delivery", {"kind": "free_shipping"}, code="FREESHIP"),
)
