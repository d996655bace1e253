"""The same order sent again and again under one idempotency key, as by a client whose connection breaks."""

import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus

from orders.models import Order, SandboxCharge
from orders.proofs import goods, shop
from orders.proofs.race import Control, Count

TRIES, PAUSE_SECONDS = 100, 0.2


@dataclass(frozen=True, slots=True)
class SameKey:
    carts: int
    at_once: int

    name = "same-key"
    over_http = True
    control = Control(guards=("idempotency.claim",), constraints=("idempotency_once", "order_once_per_cart_version"))

    @property
    def claim(self) -> str:
        return (
            f"{self.carts} carts are ordered over HTTP {self.at_once} times at once, each under one key: "
            f"{self.carts} orders, {self.carts} charges"
        )

    def prepare(self) -> Sequence[str]:
        product = goods.on_sale(units=self.carts * self.at_once)
        carts = [goods.cart_of(product) for _ in range(self.carts)]
        return [cart for cart in carts for _ in range(self.at_once)]

    def attempt(self, job: str, shop_address: str) -> str:
        """Ask until the answer is final: 409 with `idempotency_key_in_flight` asks to come again."""
        for _ in range(TRIES):
            status, answer = shop.post(
                shop_address, "/api/v1/orders/", goods.order_request(job), {"Idempotency-Key": f"key-of-{job}"}
            )
            if status < HTTPStatus.BAD_REQUEST:
                return f"{status} {answer['status']}"
            if answer["code"] != "idempotency_key_in_flight":
                return f"{status} {answer['code']}"
            time.sleep(PAUSE_SECONDS)
        return "never answered"

    def count(self, answers: Counter[str]) -> Count:
        orders, paid = Order.objects.count(), Order.objects.filter(status=Order.Status.PAID).count()
        charges = SandboxCharge.objects.filter(status=SandboxCharge.Status.SUCCEEDED).count()
        breaches = []
        if (orders, paid, charges) != (self.carts,) * 3:
            breaches.append(f"{orders} orders, {paid} of them paid, and {charges} charges for {self.carts} carts")
        if answers != Counter({"201 paid": self.carts * self.at_once}):
            breaches.append(f"answered {dict(answers)}")
        return Count(orders, 0, breaches)
