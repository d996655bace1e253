from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models

from orders.models.order import Order
from shopcloud.lib import guards, prepared
from shopcloud.lib.money import Money


class Payment(models.Model):
    """One attempt to be paid for an order: the intent row, written before the provider is called.

    `idempotency_key` is sent to the provider, so the same attempt asked twice charges once. AUTHORISED money is held
    on the card until `authorised_until` and taken by a capture, whole or in part (`captured`). `refunded` counts what
    was promised back, whether the provider has confirmed it yet or not. REFUND_DUE is money that came for an order
    that no longer wants it (cancelled, or paid by another attempt) and is on its way back.
    """

    class Status(models.TextChoices):
        CREATED = "created"
        PENDING = "pending"
        REQUIRES_ACTION = "requires_action"
        AUTHORISED = "authorised"
        CAPTURED = "captured"
        FAILED = "failed"
        REFUND_DUE = "refund_due"
        REFUNDED = "refunded"
        VOIDED = "voided"

    OPEN = (Status.CREATED, Status.PENDING, Status.REQUIRES_ACTION)
    HOLDS_MONEY = (Status.CAPTURED, Status.REFUND_DUE)

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="payments")
    attempt = models.PositiveSmallIntegerField(default=1)
    gateway = models.CharField(max_length=20)
    status = models.CharField(max_length=20, choices=Status, default=Status.CREATED)
    manual_capture = models.BooleanField(default=False, db_default=False)
    amount = models.BigIntegerField()
    captured = models.BigIntegerField(default=0, db_default=0)
    refunded = models.BigIntegerField(default=0)
    currency = models.CharField(max_length=3)
    authorised_until = models.DateTimeField(null=True, blank=True)
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
                condition=models.Q(refunded__gte=0, refunded__lte=models.F("captured")), name="refund_within_captured"
            ),
            models.CheckConstraint(
                condition=models.Q(captured__gte=0, captured__lte=models.F("amount")), name="captured_within_amount"
            ),
        ]
        indexes = [
            models.Index(
                fields=["updated_at"],
                name="payment_open",
                condition=models.Q(status__in=["created", "pending", "requires_action"]),
            ),
            models.Index(
                fields=["authorised_until"], name="payment_authorised", condition=models.Q(status="authorised")
            ),
            models.Index(fields=["updated_at"], name="payment_unwanted", condition=models.Q(status="refund_due")),
        ]

    def __str__(self) -> str:
        return f"{self.order_id}#{self.attempt} {self.status}"

    @classmethod
    def intent(cls, order: Order, *, now: datetime, attempt: int = 1, via: str | None = None) -> "Payment":
        """An attempt to collect what is due as the settings say, or by the gateway `via`; not saved yet."""
        return cls(
            order=order,
            attempt=attempt,
            gateway=via or settings.PAYMENT_GATEWAY,
            manual_capture=settings.PAYMENT_CAPTURE == "manual",
            amount=order.due,
            currency=order.currency,
            created_at=now,
            updated_at=now,
        )

    @property
    def idempotency_key(self) -> str:
        return f"{self.order.number}-attempt-{self.attempt}"

    @property
    def is_open(self) -> bool:
        return self.status in self.OPEN

    @property
    def left(self) -> int:
        """Captured minor units that nobody was promised back."""
        return self.captured - self.refunded

    def move(self, *, origins: Iterable[str], **changes: Any) -> bool:
        """Change the row if its status is still one of `origins`; False if another answer came first."""
        may_move = tuple(origins) if guards.stands("payments.apply") else None
        return prepared.move(self, "status", origins=may_move, changes=changes)


class Refund(models.Model):
    """Money given back: intent row before the provider is called, result after.

    `amount` is what the provider returns, `gift_card` what goes back onto gift cards. Of both together `shipping` (its
    tax `shipping_tax` within) and the amounts of `lines` are for something; what remains is goodwill.
    """

    class Status(models.TextChoices):
        CREATED = "created"
        SUCCEEDED = "succeeded"
        FAILED = "failed"

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="refunds")
    amount = models.BigIntegerField()
    status = models.CharField(max_length=12, choices=Status, default=Status.CREATED)
    gift_card = models.BigIntegerField(default=0, db_default=0)
    reason = models.CharField(max_length=200, blank=True)
    shipping = models.BigIntegerField(default=0, db_default=0)
    shipping_tax = models.BigIntegerField(default=0, db_default=0)
    return_request = models.ForeignKey(
        "orders.ReturnRequest", null=True, blank=True, on_delete=models.PROTECT, related_name="refunds"
    )
    author = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL)
    provider_reference = models.CharField(max_length=200, blank=True)
    failure = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(amount__gt=0, gift_card__gte=0) | models.Q(amount=0, gift_card__gt=0),
                name="refund_of_something",
            ),
            models.CheckConstraint(
                condition=models.Q(shipping_tax__gte=0, shipping__gte=models.F("shipping_tax")),
                name="refund_shipping_fits",
            ),
        ]
        indexes = [models.Index(fields=["created_at"], name="refund_unsettled", condition=models.Q(status="created"))]

    def __str__(self) -> str:
        return f"{self.amount} of {self.payment_id}"

    @property
    def total(self) -> int:
        """All that goes back to the buyer, by whichever way it was paid."""
        return self.amount + self.gift_card

    @property
    def total_money(self) -> Money:
        return self.payment.order.money(self.total)

    @property
    def idempotency_key(self) -> str:
        return f"{self.payment.idempotency_key}-refund-{self.pk}"


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
