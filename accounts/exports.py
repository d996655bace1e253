"""What is kept of a person's wish to have everything we know of them."""

from django.conf import settings
from django.db import models


class DataExport(models.Model):
    """A wish for a copy of one's data, then the file, until it is deleted.

    `subject` says who the person is; of a guest, who has no `user`, `secret_hash` belongs to the link in their mail.
    """

    class State(models.TextChoices):
        WAITING = "waiting"
        READY = "ready"
        GONE = "gone"

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE, related_name="data_exports"
    )
    pseudonym = models.CharField(max_length=64)
    subject = models.JSONField(default=dict, blank=True)
    language = models.CharField(max_length=10)
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    file = models.CharField(max_length=200, blank=True)
    secret_hash = models.CharField(max_length=64, blank=True)
    requested_at = models.DateTimeField()
    due_at = models.DateTimeField()
    ready_at = models.DateTimeField(null=True, blank=True)
    fetched_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["pseudonym"], condition=models.Q(state="waiting"), name="data_export_once_at_a_time"
            )
        ]
        indexes = [
            models.Index(fields=["due_at"], name="data_export_due", condition=models.Q(state="waiting")),
            models.Index(fields=["ready_at"], name="data_export_kept", condition=models.Q(state="ready")),
            models.Index(fields=["user", "-requested_at"], name="data_export_of_person"),
        ]

    def __str__(self) -> str:
        return f"data export {self.pk}"

    @property
    def is_ready(self) -> bool:
        return self.state == self.State.READY
