from django.db import models


class StockLevel(models.Model):
    """How much of a SKU there is. Reserved units are promised to unpaid orders; available = on_hand - reserved.

    Digital SKUs have no row: they never run out.
    """

    sku = models.CharField(max_length=64, primary_key=True)
    product_id = models.CharField(max_length=40, db_index=True)
    on_hand = models.IntegerField(default=0)
    reserved = models.IntegerField(default=0)
    low_at = models.PositiveIntegerField(default=3)
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(reserved__gte=0, on_hand__gte=models.F("reserved")), name="stock_never_oversold"
            )
        ]
        indexes = [
            models.Index(fields=["on_hand"], name="stock_low", condition=models.Q(on_hand__lte=models.F("low_at")))
        ]

    def __str__(self) -> str:
        return f"{self.sku}: {self.available}"

    @property
    def available(self) -> int:
        return self.on_hand - self.reserved


class StockMovement(models.Model):
    """The ledger: every change of a level, with what caused it. Never updated, never deleted.

    on_hand = received + corrected + returned - sold; reserved = reserved - released - sold. `quantity` is positive
    but for corrections, which may take away.
    """

    class Reason(models.TextChoices):
        RECEIVED = "received"
        CORRECTED = "corrected"
        RESERVED = "reserved"
        RELEASED = "released"
        SOLD = "sold"
        RETURNED = "returned"

    sku = models.CharField(max_length=64)
    reason = models.CharField(max_length=12, choices=Reason)
    quantity = models.IntegerField()
    order_number = models.CharField(max_length=20, blank=True)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["sku", "at"], name="stock_movement_of_sku")]
        constraints = [
            models.UniqueConstraint(
                fields=["order_number", "sku", "reason"],
                condition=models.Q(reason__in=["reserved", "released", "sold"]),
                name="stock_moved_once_per_order",
            )
        ]

    def __str__(self) -> str:
        return f"{self.sku} {self.reason} {self.quantity}"
