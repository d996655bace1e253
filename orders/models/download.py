from django.db import models

from orders.models.order import OrderLine


class DownloadGrant(models.Model):
    """The right to fetch a digital line's file once, until `expires_at`. Redeemed by one guarded update.

    Taken back (`revoked_at`) with the money, unless it was redeemed before: one row is never both.
    """

    line = models.ForeignKey(OrderLine, on_delete=models.PROTECT, related_name="downloads")
    token = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()
    redeemed_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["line"], name="download_once_per_line"),
            models.CheckConstraint(
                condition=models.Q(redeemed_at__isnull=True) | models.Q(revoked_at__isnull=True),
                name="download_redeemed_or_revoked",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.line_id}"
