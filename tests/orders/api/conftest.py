"""A phone that buys: it speaks the API and nothing else."""

import uuid
from typing import Any

import pytest
from rest_framework.test import APIClient

from catalog.domain import Product
from tests.orders.goods import ADDRESS

API = "/api/v1"


class Phone(APIClient):
    """A mobile client; errors come back as answers."""

    def __init__(self) -> None:
        super().__init__(raise_request_exception=False)

    def new_cart(self, market: str = "us") -> str:
        return self.post(f"{API}/carts/?market={market}").json()["id"]

    def set_line(self, cart: str, product: Product, quantity: Any = 1, *, market: str = "us", sku: str = "") -> Any:
        sku = sku or product.variants[0].sku
        body = {"product_id": product.product_id, "quantity": quantity}
        return self.put(f"{API}/carts/{cart}/lines/{sku}/?market={market}", body, format="json")

    def cart_with(self, *wanted: tuple[Product, int], market: str = "us") -> str:
        cart = self.new_cart(market)
        for product, quantity in wanted:
            assert self.set_line(cart, product, quantity, market=market).status_code == 200
        return cart

    def order(self, cart_id: str, *, token: str | None = "tok_ok", key: str = "", market: str = "us", **changes) -> Any:
        body = {
            "cart": cart_id,
            "email": "mara@example.com",
            "shipping_address": ADDRESS,
            "shipping_method": "standard",
            **({"payment": {"token": token}} if token else {}),
            **changes,
        }
        body = {name: value for name, value in body.items() if value is not None}
        headers = {"HTTP_IDEMPOTENCY_KEY": key or str(uuid.uuid4())}
        return self.post(f"{API}/orders/?market={market}", body, format="json", **headers)


@pytest.fixture
def phone(db) -> Phone:
    return Phone()


@pytest.fixture
def buyers_phone(buyer) -> Phone:
    """A phone that `buyer` has signed in with."""
    phone = Phone()
    phone.force_authenticate(buyer)
    return phone


@pytest.fixture
def other_buyers_phone(other_buyer) -> Phone:
    phone = Phone()
    phone.force_authenticate(other_buyer)
    return phone
