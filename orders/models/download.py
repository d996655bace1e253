from django.db import models

from orders.models.order import OrderLine


class DownloadGrant(models.Model):
    """The right to fetch a digital line's file once, until `expires_at`. Redeemed by one guarded update."""

    line = models.ForeignKey(OrderLine, on_delete=models.PROTECT, related_name="downloads")
    token = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()
    redeemed_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["line"], name="download_once_per_line")]

    def __str__(self) -> str:
        return f"{self.line_id}"
