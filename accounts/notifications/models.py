"""The inbox of a person."""

from django.conf import settings
from django.db import models

MOST_MAIL_ATTEMPTS = 5


class Notification(models.Model):
    """Something that happened and concerns one person. `facts` are plain values, from which `words` makes a text.

    `key` names the occurrence: of each there is one row per person at most, however often it is told. One that is not
    `in_inbox` is there for its mail alone; a mail is still to be sent while `mail_due_at` is set, dead when
    `mail_attempts` reached MOST_MAIL_ATTEMPTS.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notifications", db_index=False
    )
    kind = models.CharField(max_length=30)
    key = models.CharField(max_length=120)
    facts = models.JSONField(default=dict)
    created_at = models.DateTimeField(db_index=True)
    read_at = models.DateTimeField(null=True, blank=True)
    in_inbox = models.BooleanField(default=True, db_default=True)
    mail_due_at = models.DateTimeField(null=True, blank=True)
    mail_attempts = models.PositiveSmallIntegerField(default=0, db_default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="notification_once")]
        indexes = [
            models.Index(fields=["user", "-id"], name="notification_newest"),
            models.Index(fields=["user"], name="notification_unread", condition=models.Q(read_at=None, in_inbox=True)),
            models.Index(
                fields=["mail_due_at"],
                name="notification_mail_due",
                condition=models.Q(mail_due_at__isnull=False, mail_attempts__lt=MOST_MAIL_ATTEMPTS),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} #{self.pk}"


class MutedNotification(models.Model):
    """A kind that a person does not want in their inbox; without a row it stands there."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False)
    kind = models.CharField(max_length=30)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "kind"], name="notification_muted_once")]

    def __str__(self) -> str:
        return self.kind
