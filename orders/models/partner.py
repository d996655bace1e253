from django.db import models

from shopcloud.lib.sealing import SealedField


class PartnerEndpoint(models.Model):
    """Where a partner is told of the events in `kinds`. `previous_secret` signs too until `previous_until`.

    `failing_since` is set from the first failure until the next success.
    """

    name = models.CharField(max_length=80)
    url = models.URLField(max_length=500)
    kinds = models.JSONField(default=list)
    is_active = models.BooleanField(default=True)
    secret = SealedField(editable=False)
    previous_secret = SealedField(blank=True, editable=False)
    previous_until = models.DateTimeField(null=True, blank=True, editable=False)
    failing_since = models.DateTimeField(null=True, blank=True, editable=False)
    disabled_because = models.CharField(max_length=200, blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.name


class PartnerDelivery(models.Model):
    """One event on its way to one endpoint: once per `key`, which names the occurrence, however often it is told.

    It is tried while `due_at` is set; without one it is either delivered or given up.
    """

    endpoint = models.ForeignKey(PartnerEndpoint, on_delete=models.CASCADE, related_name="deliveries", db_index=False)
    message_id = models.CharField(max_length=40, unique=True)
    kind = models.CharField(max_length=40)
    key = models.CharField(max_length=120)
    payload = models.JSONField()
    created_at = models.DateTimeField(db_index=True)
    tried_since = models.DateTimeField()
    due_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    delivered_at = models.DateTimeField(null=True, blank=True)
    last_status = models.PositiveSmallIntegerField(null=True, blank=True)
    last_error = models.CharField(max_length=300, blank=True)
    request_excerpt = models.TextField(blank=True)
    response_excerpt = models.TextField(blank=True)

    class Meta:
        verbose_name_plural = "partner deliveries"
        constraints = [models.UniqueConstraint(fields=["endpoint", "key"], name="partner_delivery_once")]
        indexes = [
            models.Index(fields=["due_at"], name="partner_delivery_due", condition=models.Q(due_at__isnull=False)),
            models.Index(fields=["endpoint", "-id"], name="partner_delivery_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.message_id}"

    @property
    def state(self) -> str:
        if self.due_at is not None:
            return "waiting"
        return "delivered" if self.delivered_at else "failed"
