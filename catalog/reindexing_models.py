"""Products that the search index has to be told of anew because what it says of them is kept elsewhere."""

from typing import ClassVar

from django.db import models


class Reindexing(models.Model):
    """The products of a branch of categories, or of a type, that are due; those after `cursor` still are.

    The row says what is due: one without a lease, or with one that ran out, is anybody's to go on with. It goes with
    the last of its products; asked for anew meanwhile, it begins again.

    A row of another region than the catalog's begins its category with that, `eu:lighting`: to a process of the release
    before it is a category without products, where a second row for `lighting` would make a save fail.
    """

    category = models.CharField(max_length=200, blank=True, default="")
    product_type = models.CharField(max_length=40, blank=True, default="")
    due_at = models.DateTimeField()
    cursor = models.CharField(max_length=40, blank=True, default="")
    lease = models.CharField(max_length=36, blank=True, default="")
    leased_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        default_permissions = ()
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("category", "product_type"), name="reindexing_once"),
        ]
        indexes: ClassVar = [models.Index(fields=("due_at",), name="reindexing_due")]

    def __str__(self) -> str:
        return self.category or self.product_type
