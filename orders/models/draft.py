from datetime import timedelta

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from orders.models.order import Order


class Draft(models.Model):
    """What staff want an order to become: the order's own columns hold what that costs today.

    `discount` is off the goods, in minor units. `pay_until` is when the units go back, once the draft was sent.
    """

    class Hold(models.IntegerChoices):
        """How long the units are kept for the customer, in hours."""

        HOUR = 1, _("1 hour")
        DAY = 24, _("1 day")
        THREE_DAYS = 72, _("3 days")
        WEEK = 168, _("7 days")

    order = models.OneToOneField(Order, on_delete=models.CASCADE, primary_key=True, related_name="draft")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL)
    shipping_method = models.CharField(max_length=40, blank=True)
    discount = models.BigIntegerField(default=0)
    message = models.CharField(max_length=1000, blank=True)
    hold_hours = models.PositiveSmallIntegerField(choices=Hold, default=Hold.DAY)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    pay_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        permissions = [("override_price", "Can give a price or a discount of their own")]
        constraints = [
            models.CheckConstraint(condition=models.Q(discount__gte=0), name="draft_discount_not_negative"),
        ]

    def __str__(self) -> str:
        return f"draft {self.order_id}"

    @property
    def hold(self) -> timedelta:
        return timedelta(hours=self.hold_hours)


class DraftLine(models.Model):
    """Units of a SKU; `price` is what staff gave for each, None where the catalog's price of the day holds."""

    draft = models.ForeignKey(Draft, on_delete=models.CASCADE, related_name="lines")
    sku = models.CharField(max_length=64)
    product_id = models.CharField(max_length=40)
    quantity = models.PositiveIntegerField(validators=[MinValueValidator(1), MaxValueValidator(999)])
    price = models.BigIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["draft", "sku"], name="draft_line_once_per_sku"),
            models.CheckConstraint(condition=models.Q(quantity__gte=1), name="draft_line_has_quantity"),
            models.CheckConstraint(
                condition=models.Q(price__isnull=True) | models.Q(price__gte=0), name="draft_price_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} x {self.sku}"
