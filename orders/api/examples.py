"""Requests that the API's documentation shows."""

from typing import Any

from drf_spectacular.utils import OpenApiExample

_ORDER: dict[str, Any] = {
    "cart": "q1Zt0Yk3sV8wJm5xR2bN7cD9eF4gH6aL0pQ1rS2tU3v",
    "email": "ada@example.com",
    "shipping_address": {
        "name": "Ada Example",
        "line1": "1 Market Street",
        "city": "San Francisco",
        "postal_code": "94105",
        "region": "CA",
        "country": "US",
    },
    "shipping_method": "standard",
}

ORDER_EXAMPLES = [
    OpenApiExample("Paid at once with a token", {**_ORDER, "payment": {"token": "tok_ok"}}, request_only=True),
    OpenApiExample("Paid at the provider's page", _ORDER, request_only=True),
    OpenApiExample(
        "A download needs no address", {"cart": _ORDER["cart"], "email": _ORDER["email"]}, request_only=True
    ),
]
