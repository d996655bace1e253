from django.db import models

from shopcloud.lib import ids


class SandboxCharge(models.Model):
    """The built-in provider's own ledger; the shop reads it only through the gateway."""

    class Status(models.TextChoices):
        OPEN = "open"
        REQUIRES_ACTION = "requires_action"
        AUTHORISED = "authorised"
        SUCCEEDED = "succeeded"
        DECLINED = "declined"
        VOIDED = "voided"

    # What the buyer can do no more about.
    FINAL = (Status.AUTHORISED, Status.SUCCEEDED, Status.DECLINED, Status.VOIDED)

    charge_id = models.CharField(max_length=64, primary_key=True, default=ids.secret_token)
    idempotency_key = models.CharField(max_length=200, unique=True)
    merchant_reference = models.CharField(max_length=100)
    status = models.CharField(max_length=20, choices=Status)
    failure = models.CharField(max_length=200, blank=True)
    token = models.CharField(max_length=40, blank=True, default="", db_default="")
    manual_capture = models.BooleanField(default=False, db_default=False)
    amount = models.BigIntegerField()
    captured = models.BigIntegerField(default=0, db_default=0)
    refunded = models.BigIntegerField(default=0)
    currency = models.CharField(max_length=3)
    return_url = models.URLField(max_length=1000)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(refunded__gte=0, refunded__lte=models.F("captured")),
                name="sandbox_refund_within_charge",
            ),
            models.CheckConstraint(
                condition=models.Q(captured__gte=0, captured__lte=models.F("amount")),
                name="sandbox_capture_within_charge",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.charge_id} {self.status}"

    @property
    def is_final(self) -> bool:
        return self.status in self.FINAL


class SandboxRefund(models.Model):
    """Money the built-in provider gave back, once per key; `failed` where the bank sent it back again."""

    refund_id = models.CharField(max_length=64, primary_key=True, default=ids.secret_token)
    idempotency_key = models.CharField(max_length=200, unique=True)
    merchant_reference = models.CharField(max_length=100, blank=True, default="", db_default="")
    charge = models.ForeignKey(SandboxCharge, on_delete=models.PROTECT, related_name="refunds")
    amount = models.BigIntegerField()
    failed = models.BooleanField(default=False, db_default=False)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.amount} of {self.charge_id}"
