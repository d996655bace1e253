from django.db import models

from orders.models.order import Order


class Mailing(models.Model):
    """A mail about an order, once per kind: claimed before it is sent, marked after."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="mailings")
    kind = models.CharField(max_length=60)
    claimed_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["order", "kind"], name="mailing_once_per_kind")]

    def __str__(self) -> str:
        return f"{self.kind} of {self.order_id}"
