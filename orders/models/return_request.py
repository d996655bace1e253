from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from orders.models.order import Order, OrderLine
from shopcloud.lib import prepared


class ReturnRequest(models.Model):
    """A customer's wish to send part of an order back, from asking to the money.

    `answer` is what staff wrote when they declined. A withdrawn or declined request frees its units for another one.
    """

    class Status(models.TextChoices):
        REQUESTED = "requested", _("Requested")
        APPROVED = "approved", _("Approved")
        DECLINED = "declined", _("Declined")
        RECEIVED = "received", _("Received")
        REFUNDED = "refunded", _("Refunded")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    # Which states may follow which; every change is an UPDATE guarded by the states it may come from.
    TRANSITIONS = {
        Status.REQUESTED: (Status.APPROVED, Status.DECLINED, Status.WITHDRAWN),
        Status.APPROVED: (Status.RECEIVED, Status.DECLINED, Status.WITHDRAWN),
        Status.DECLINED: (),
        Status.RECEIVED: (Status.REFUNDED,),
        Status.REFUNDED: (),
        Status.WITHDRAWN: (),
    }
    OPEN = (Status.REQUESTED, Status.APPROVED)

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="returns")
    status = models.CharField(max_length=12, choices=Status, default=Status.REQUESTED)
    reason = models.CharField(max_length=300, blank=True)
    answer = models.CharField(max_length=300, blank=True, db_default="")
    created_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)
    received_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["created_at", "pk"]
        indexes = [models.Index(fields=["status", "created_at"], name="return_by_status")]

    def __str__(self) -> str:
        return f"return {self.pk}"

    @property
    def can_be_withdrawn(self) -> bool:
        return self.status in self.OPEN

    def move_to(self, status: "ReturnRequest.Status", **changes: Any) -> bool:
        """Change the status if the table allows it from where the row stands now; False if the race was lost."""
        origins = [s for s, targets in self.TRANSITIONS.items() if status in targets]
        return prepared.move(self, "status", origins=origins, changes={"status": status, **changes})

    def owe_again(self) -> bool:
        """The provider refused the refund: the goods are here and wait for their money again."""
        refunded = ReturnRequest.objects.filter(pk=self.pk, status=self.Status.REFUNDED)
        return bool(refunded.update(status=self.Status.RECEIVED, closed_at=None))


class ReturnLine(models.Model):
    """Units of one line in a return: `quantity` asked for, `received` that came, `restocked` back on the shelf."""

    class Reason(models.TextChoices):
        CHANGED_MIND = "changed_mind", _("I changed my mind")
        DOES_NOT_FIT = "does_not_fit", _("It does not fit")
        NOT_AS_DESCRIBED = "not_as_described", _("It is not as described")
        DAMAGED = "damaged", _("It is damaged or faulty")
        WRONG_ITEM = "wrong_item", _("I got the wrong item")
        OTHER = "other", _("Another reason")

    class Condition(models.TextChoices):
        AS_NEW = "as_new", _("As new")
        OPENED = "opened", _("Opened")
        DAMAGED = "damaged", _("Damaged")

    request = models.ForeignKey(ReturnRequest, on_delete=models.CASCADE, related_name="lines")
    line = models.ForeignKey(OrderLine, on_delete=models.PROTECT, related_name="return_lines")
    quantity = models.PositiveIntegerField()
    reason = models.CharField(max_length=20, choices=Reason, default=Reason.OTHER, db_default=Reason.OTHER)
    received = models.PositiveIntegerField(null=True, blank=True)
    restocked = models.PositiveIntegerField(default=0, db_default=0)
    condition = models.CharField(max_length=12, choices=Condition, blank=True, db_default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["request", "line"], name="return_line_once"),
            models.CheckConstraint(condition=models.Q(quantity__gte=1), name="return_line_has_quantity"),
            models.CheckConstraint(
                condition=models.Q(received__isnull=True, restocked=0)
                | models.Q(received__lte=models.F("quantity"), restocked__lte=models.F("received")),
                name="return_line_received_within_asked",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} of {self.line_id}"
