"""The inbox of a person."""

from django.conf import settings
from django.db import models


class Notification(models.Model):
    """Something that happened and concerns one person. `facts` are plain values, from which `words` makes a text.

    `key` names the occurrence: of each there is one row per person at most, however often it is told.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notifications", db_index=False
    )
    kind = models.CharField(max_length=30)
    key = models.CharField(max_length=120)
    facts = models.JSONField(default=dict)
    created_at = models.DateTimeField(db_index=True)
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="notification_once")]
        indexes = [
            models.Index(fields=["user", "-id"], name="notification_newest"),
            models.Index(fields=["user"], name="notification_unread", condition=models.Q(read_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.kind} #{self.pk}"
