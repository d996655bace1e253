from django.db import models

from orders.models.order import Order
from shopcloud.lib import ids


class Payment(models.Model):
    """One attempt to be paid for an order: the intent row, written before the provider is called.

    `idempotency_key` is sent to the provider, so the same attempt asked twice charges once.
    """

    class Status(models.TextChoices):
        CREATED = "created"
        PENDING = "pending"
        REQUIRES_ACTION = "requires_action"
        CAPTURED = "captured"
        FAILED = "failed"
        REFUNDED = "refunded"

    OPEN = (Status.CREATED, Status.PENDING, Status.REQUIRES_ACTION)

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="payments")
    attempt = models.PositiveSmallIntegerField(default=1)
    gateway = models.CharField(max_length=20)
    status = models.CharField(max_length=20, choices=Status, default=Status.CREATED)
    amount = models.BigIntegerField()
    refunded = models.BigIntegerField(default=0)
    currency = models.CharField(max_length=3)
    provider_reference = models.CharField(max_length=200, blank=True, db_index=True)
    redirect_url = models.URLField(max_length=1000, blank=True)
    failure = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order", "attempt"], name="payment_once_per_attempt"),
            models.UniqueConstraint(
                fields=["order"], condition=models.Q(status="captured"), name="payment_captured_once"
            ),
            models.CheckConstraint(
                condition=models.Q(refunded__gte=0, refunded__lte=models.F("amount")), name="refund_within_captured"
            ),
        ]
        indexes = [
            models.Index(
                fields=["updated_at"],
                name="payment_open",
                condition=models.Q(status__in=["created", "pending", "requires_action"]),
            )
        ]

    def __str__(self) -> str:
        return f"{self.order_id}#{self.attempt} {self.status}"

    @property
    def idempotency_key(self) -> str:
        return f"order-{self.order_id}-attempt-{self.attempt}"


class Refund(models.Model):
    """Money given back: intent row before the provider is called, result after."""

    class Status(models.TextChoices):
        CREATED = "created"
        SUCCEEDED = "succeeded"
        FAILED = "failed"

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="refunds")
    amount = models.BigIntegerField()
    status = models.CharField(max_length=12, choices=Status, default=Status.CREATED)
    reason = models.CharField(max_length=200, blank=True)
    provider_reference = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(amount__gt=0), name="refund_of_something")]

    def __str__(self) -> str:
        return f"{self.amount} of {self.payment_id}"


class WebhookEvent(models.Model):
    """The inbox: a provider's event is written here in the transaction that applies it, so it is applied once."""

    gateway = models.CharField(max_length=20)
    event_id = models.CharField(max_length=200)
    kind = models.CharField(max_length=80)
    received_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["gateway", "event_id"], name="webhook_once")]

    def __str__(self) -> str:
        return f"{self.gateway}:{self.event_id}"


class SandboxCharge(models.Model):
    """The built-in provider's own ledger; the shop reads it only through the gateway."""

    class Status(models.TextChoices):
        OPEN = "open"
        REQUIRES_ACTION = "requires_action"
        SUCCEEDED = "succeeded"
        DECLINED = "declined"

    charge_id = models.CharField(max_length=64, primary_key=True, default=ids.secret_token)
    idempotency_key = models.CharField(max_length=200, unique=True)
    status = models.CharField(max_length=20, choices=Status)
    amount = models.BigIntegerField()
    refunded = models.BigIntegerField(default=0)
    currency = models.CharField(max_length=3)
    return_url = models.URLField(max_length=1000)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.charge_id} {self.status}"
