from django.db import models

from orders.models.order import Order

MAX_ATTEMPTS = 5


class Mailing(models.Model):
    """A mail about an order, once per kind and subject: the row is there before the mail is tried.

    `about` is the id of what a mail of this kind tells of (a refund, a parcel); None where it tells of the order.
    `occasion` tells apart mails of a kind that may be asked for again. `due_at` is when it is tried (again), dead when
    `attempts` reached MAX_ATTEMPTS.
    """

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="mailings")
    kind = models.CharField(max_length=60)
    about = models.BigIntegerField(null=True, blank=True)
    occasion = models.CharField(max_length=40, blank=True)
    due_at = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["order", "kind", "about", "occasion"], name="mailing_once_per_kind", nulls_distinct=False
            )
        ]
        indexes = [
            models.Index(
                fields=["due_at"],
                name="mailing_due",
                condition=models.Q(sent_at__isnull=True, attempts__lt=MAX_ATTEMPTS),
            ),
            models.Index(
                fields=["-id"],
                name="mailing_dead",
                condition=models.Q(sent_at__isnull=True, attempts__gte=MAX_ATTEMPTS),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.order_id}"

    @property
    def is_dead(self) -> bool:
        return self.sent_at is None and self.attempts >= MAX_ATTEMPTS
