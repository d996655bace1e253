"""What is remembered of the pictures that files of products name."""

from django.db import models


class KnownPicture(models.Model):
    """A picture that a file named, and where it is kept: the same address is not fetched a second time.

    `digest` is the SHA-256 of `source`, a URL or a media key.
    """

    digest = models.CharField(max_length=64, primary_key=True)
    source = models.TextField()
    key = models.CharField(max_length=100)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    brought_at = models.DateTimeField()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.source
