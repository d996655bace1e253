"""Several of the staff give the same money back."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Sum

from orders.models import Order, Payment, Refund, SandboxCharge
from orders.proofs import goods
from orders.proofs.race import Control, Count
from orders.services.refund_order import NothingToRefund, RefundTooLarge, refund_order
from shopcloud.lib import clock

PRICE, ASKED = 5000, 2000


@dataclass(frozen=True, slots=True)
class Refunds:
    orders: int
    at_once: int

    name = "refunds"
    over_http = False
    control = Control(guards=("refunds.request",), constraints=("refund_within_captured",))

    @property
    def claim(self) -> str:
        return (
            f"{self.orders} payments are refunded {self.at_once} times at once by two fifths: "
            f"never above what was captured"
        )

    def prepare(self) -> Sequence[int]:
        product = goods.on_sale(units=self.orders, price=PRICE)
        orders = [goods.paid(product) for _ in range(self.orders)]
        return [order.pk for order in orders for _ in range(self.at_once)]

    def attempt(self, job: int, shop_address: str) -> str:
        order = Order.objects.get(pk=job)
        asked = Payment.objects.get(order=order).amount * ASKED // PRICE
        try:
            return refund_order(order=order, amount=asked, reason="race", now=clock.now()).status
        except (RefundTooLarge, NothingToRefund):
            return "refused"

    def count(self, answers: Counter[str]) -> Count:
        made = Refund.objects.filter(status=Refund.Status.SUCCEEDED).count()
        fits = self.orders * (PRICE // ASKED)
        breaches = []
        if Refund.objects.count() != fits:
            breaches.append(f"{Refund.objects.count()} refunds were promised where {fits} fit into what was captured")
        given_back = SandboxCharge.objects.aggregate(sum=Sum("refunded"))["sum"]
        promised = Payment.objects.aggregate(sum=Sum("refunded"))["sum"]
        if given_back != promised:
            breaches.append(f"the provider gave back {given_back}, the payments say {promised}")
        if answers["refused"] != self.orders * self.at_once - fits:
            breaches.append(f"answered {dict(answers)}")
        return Count(made, answers["refused"], breaches)
