from django.conf import settings
from django.db import models

from orders.models.payment import Payment


class PaymentOperation(models.Model):
    """A capture or a void that was asked of the provider: intent row before the call, result after.

    An authorisation ends once: of a payment's operations one at most is asked for or done, the others have failed.
    `amount` is what is captured, in minor units; 0 for a void.
    """

    class Kind(models.TextChoices):
        CAPTURE = "capture"
        VOID = "void"

    class Status(models.TextChoices):
        CREATED = "created"
        SUCCEEDED = "succeeded"
        FAILED = "failed"

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="operations")
    kind = models.CharField(max_length=8, choices=Kind)
    amount = models.BigIntegerField(default=0)
    status = models.CharField(max_length=12, choices=Status, default=Status.CREATED)
    failure = models.CharField(max_length=300, blank=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL)
    created_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["payment"], condition=~models.Q(status="failed"), name="authorisation_ends_once"
            ),
            models.CheckConstraint(
                condition=models.Q(kind="void", amount=0) | models.Q(kind="capture", amount__gt=0),
                name="operation_amount_fits_kind",
            ),
        ]
        indexes = [
            models.Index(fields=["created_at"], name="operation_unsettled", condition=models.Q(status="created"))
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.payment_id}"

    @property
    def idempotency_key(self) -> str:
        return f"{self.payment.idempotency_key}-{self.kind}-{self.pk}"
