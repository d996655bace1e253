from django.db import models
from django.utils.translation import gettext_lazy as _

from orders.models.stock import StockLocation


class StockReservation(models.Model):
    """Units of a SKU in one place that an order was promised.

    HELD until the order is paid (SOLD) or called off (RELEASED); both are final. `returned` of the sold units came
    back on a shelf.
    """

    class State(models.TextChoices):
        HELD = "held", _("Held")
        SOLD = "sold", _("Sold")
        RELEASED = "released", _("Released")

    order_number = models.CharField(_("order"), max_length=20)
    sku = models.CharField("SKU", max_length=64)
    location = models.ForeignKey(
        StockLocation, on_delete=models.PROTECT, related_name="reservations", verbose_name=_("location")
    )
    quantity = models.PositiveIntegerField(_("quantity"))
    returned = models.PositiveIntegerField(_("returned"), default=0)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.HELD)
    reserved_at = models.DateTimeField(_("reserved at"))
    expires_at = models.DateTimeField(_("expires at"))
    settled_at = models.DateTimeField(_("settled at"), null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order_number", "sku", "location"], name="stock_reserved_once_per_order"),
            models.CheckConstraint(condition=models.Q(quantity__gte=1), name="stock_reserves_something"),
            models.CheckConstraint(
                condition=models.Q(returned=0) | models.Q(state="sold", returned__lte=models.F("quantity")),
                name="stock_returned_only_what_was_sold",
            ),
        ]
        indexes = [
            models.Index(fields=["expires_at"], name="stock_held_until", condition=models.Q(state="held")),
            models.Index(fields=["sku", "-reserved_at"], name="stock_reservation_of_sku"),
        ]

    def __str__(self) -> str:
        return f"{self.order_number}: {self.quantity} x {self.sku}"
