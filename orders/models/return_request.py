from django.db import models

from orders.models.order import Order, OrderLine


class ReturnRequest(models.Model):
    """A customer's wish to send part of an order back; staff see it on the order's timeline."""

    class Status(models.TextChoices):
        REQUESTED = "requested"
        CLOSED = "closed"

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="returns")
    status = models.CharField(max_length=12, choices=Status, default=Status.REQUESTED)
    reason = models.CharField(max_length=300)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["created_at", "pk"]

    def __str__(self) -> str:
        return f"return {self.pk} of {self.order_id}"


class ReturnLine(models.Model):
    request = models.ForeignKey(ReturnRequest, on_delete=models.CASCADE, related_name="lines")
    line = models.ForeignKey(OrderLine, on_delete=models.PROTECT, related_name="return_lines")
    quantity = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["request", "line"], name="return_line_once"),
            models.CheckConstraint(condition=models.Q(quantity__gte=1), name="return_line_has_quantity"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} of {self.line_id}"
