"""What a file of products would do, made once by a worker and kept in pages."""

from django.db import models


class ImportLook(models.Model):
    """The look at a draft. The pages lie in one kept file: page n of it is the bytes between two of `places`.

    The row says what is due: one that was asked for, is not made and has no lease, or one that ran out, is anybody's to
    make. `file` is "" when the pages are no longer kept. `columns` are those of the file that was uploaded.
    """

    product_import = models.OneToOneField(
        "catalog.ProductImport", on_delete=models.CASCADE, primary_key=True, related_name="look"
    )
    columns = models.JSONField(default=list)
    asked_at = models.DateTimeField(null=True, blank=True)
    made_at = models.DateTimeField(null=True, blank=True)
    file = models.CharField(max_length=200, blank=True, default="")
    places = models.JSONField(default=list, blank=True)
    told = models.JSONField(null=True, blank=True)
    notes = models.JSONField(default=list, blank=True)
    rows = models.PositiveIntegerField(default=0)
    products = models.PositiveIntegerField(default=0)
    rejected = models.PositiveIntegerField(default=0)
    foreign = models.PositiveIntegerField(default=0)
    trouble = models.CharField(max_length=500, blank=True, default="")
    lease = models.CharField(max_length=36, blank=True, default="")
    leased_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)

    class Meta:
        default_permissions = ()
        indexes = (
            models.Index(
                fields=("asked_at",),
                condition=models.Q(asked_at__isnull=False, made_at__isnull=True, trouble=""),
                name="import_look_due",
            ),
            models.Index(fields=("made_at",), condition=~models.Q(file=""), name="import_look_kept"),
        )

    def __str__(self) -> str:
        return f"look at import {self.pk}"
