"""What is kept of a person's wish to be forgotten."""

from django.db import models


class ErasureRequest(models.Model):
    """A wish to be forgotten, and afterwards the certificate of it.

    `subject` says who the person is; it is emptied when the work is done, and `pseudonym`, a keyed hash of the address,
    is all that is left. `parts` maps each part that is done to {count, at}, `kept` what the law wants kept to how much
    of it, `found` each tier to how often the re-scan afterwards met the person's marks there.
    """

    class State(models.TextChoices):
        WAITING = "waiting"
        RUNNING = "running"
        DONE = "done"

    pseudonym = models.CharField(max_length=64)
    user_id = models.BigIntegerField(null=True, blank=True)
    subject = models.JSONField(default=dict, blank=True)
    language = models.CharField(max_length=10)
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    parts = models.JSONField(default=dict)
    kept = models.JSONField(default=dict)
    found = models.JSONField(default=dict)
    # Whether the person was told that we begin.
    told = models.BooleanField(default=False, db_default=False)
    requested_at = models.DateTimeField()
    due_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["pseudonym"], condition=~models.Q(state="done"), name="erasure_once_at_a_time"
            )
        ]
        indexes = [models.Index(fields=["due_at"], name="erasure_due", condition=~models.Q(state="done"))]

    def __str__(self) -> str:
        return f"erasure {self.pk}"

    @property
    def is_clean(self) -> bool:
        """Whether the re-scan found nothing of the person."""
        return self.state == self.State.DONE and not any(self.found.values())
