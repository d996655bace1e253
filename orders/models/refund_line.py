from django.db import models

from orders.models.order import OrderLine
from orders.models.payment import Refund


class RefundLine(models.Model):
    """What a refund gives back for one line: `quantity` units, `amount` minor units of which `tax` is tax."""

    refund = models.ForeignKey(Refund, on_delete=models.PROTECT, related_name="lines")
    line = models.ForeignKey(OrderLine, on_delete=models.PROTECT, related_name="refund_lines")
    quantity = models.PositiveIntegerField()
    amount = models.BigIntegerField()
    tax = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["refund", "line"], name="refund_line_once"),
            models.CheckConstraint(
                condition=models.Q(quantity__gte=1, amount__gte=0, tax__gte=0, tax__lte=models.F("amount")),
                name="refund_line_amounts_fit",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount} of {self.line_id}"
