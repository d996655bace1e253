from django.conf import settings
from django.db import models

from orders import carriers
from orders.models.order import Order, OrderLine


class Fulfilment(models.Model):
    """One parcel that left the house, with the tracking number of its own."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="fulfilments")
    carrier = models.CharField(max_length=20, choices=carriers.CHOICES, blank=True)
    tracking = models.CharField(max_length=120, blank=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL)
    shipped_at = models.DateTimeField()

    class Meta:
        ordering = ["shipped_at", "pk"]

    def __str__(self) -> str:
        return " ".join(filter(None, [self.get_carrier_display(), self.tracking])) or f"parcel {self.pk}"

    @property
    def tracking_url(self) -> str:
        """The carrier's page about this parcel; empty where the carrier is not known."""
        return carriers.tracking_url(self.carrier, self.tracking)


class FulfilmentLine(models.Model):
    """Units of one line in one parcel."""

    fulfilment = models.ForeignKey(Fulfilment, on_delete=models.CASCADE, related_name="lines")
    line = models.ForeignKey(OrderLine, on_delete=models.PROTECT, related_name="fulfilment_lines")
    quantity = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["fulfilment", "line"], name="fulfilment_line_once"),
            models.CheckConstraint(condition=models.Q(quantity__gte=1), name="fulfilment_line_has_quantity"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} of {self.line_id}"
