"""The last units."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from orders.models import Order, StockLevel
from orders.proofs import goods, shop
from orders.proofs.race import Control, Count


@dataclass(frozen=True, slots=True)
class Stock:
    buyers: int
    units: int

    name = "stock"
    over_http = True
    at_once = 1
    control = Control(guards=("stock.reserve",), constraints=("stock_never_oversold",))

    @property
    def claim(self) -> str:
        return (
            f"{self.buyers} buyers order one of {self.units} units over HTTP: {self.units} orders, "
            f"{self.buyers - self.units} clean refusals"
        )

    def prepare(self) -> Sequence[str]:
        product = goods.on_sale(units=self.units)
        return [goods.cart_of(product) for _ in range(self.buyers)]

    def attempt(self, job: str, shop_address: str) -> str:
        status, answer = shop.post(shop_address, "/api/v1/orders/", goods.order_request(job, token=None))
        return f"{status} {answer['code']}" if status >= 400 else f"{status}"

    def count(self, answers: Counter[str]) -> Count:
        orders = Order.objects.count()
        level = StockLevel.objects.get()
        refused = answers["409 out_of_stock"]
        breaches = []
        if orders > self.units:
            breaches.append(f"{orders} orders for {self.units} units")
        if (level.on_hand, level.reserved) != (self.units, self.units):
            breaches.append(f"{level.on_hand} on hand, {level.reserved} promised")
        if (answers["201"], refused) != (self.units, self.buyers - self.units):
            breaches.append(f"answered {dict(answers)}")
        return Count(orders, refused, breaches)
