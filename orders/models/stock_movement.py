from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from orders.models.stock import StockLocation


class StockMovement(models.Model):
    """The ledger: every change of a level, with what or who caused it. Never updated, never deleted.

    In each place on_hand = received + corrected + returned + transferred - sold, and the level's reserved = reserved
    - released - sold. `quantity` is positive but for corrections and transfers, which may take away.
    """

    class Reason(models.TextChoices):
        RECEIVED = "received", _("Received")
        CORRECTED = "corrected", _("Corrected")
        TRANSFERRED = "transferred", _("Transferred")
        RESERVED = "reserved", _("Reserved")
        RELEASED = "released", _("Released")
        SOLD = "sold", _("Sold")
        RETURNED = "returned", _("Returned")

    sku = models.CharField("SKU", max_length=64)
    location = models.ForeignKey(
        StockLocation, on_delete=models.PROTECT, related_name="movements", verbose_name=_("location")
    )
    reason = models.CharField(_("reason"), max_length=12, choices=Reason)
    quantity = models.IntegerField(_("quantity"))
    order_number = models.CharField(_("order"), max_length=20, blank=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("by"),
    )
    note = models.CharField(_("note"), max_length=200, blank=True)
    at = models.DateTimeField(_("at"))

    class Meta:
        indexes = [models.Index(fields=["sku", "at"], name="stock_movement_of_sku")]
        constraints = [
            models.UniqueConstraint(
                fields=["order_number", "sku", "location", "reason"],
                condition=models.Q(reason__in=["reserved", "released", "sold"]),
                name="stock_moved_once_per_order",
            )
        ]

    def __str__(self) -> str:
        return f"{self.sku} {self.reason} {self.quantity}"
