"""No tables: products live in DynamoDB. This gives the admin a name, permissions and history for them."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class CatalogProduct(models.Model):
    """A product as the admin's permissions and history know it."""

    product_id = models.CharField(max_length=40, primary_key=True)
    title = models.CharField(max_length=200)

    class Meta:
        managed = False
        verbose_name = _("product")
        verbose_name_plural = _("products")
        default_permissions = ("view", "add", "change")

    def __str__(self) -> str:
        return self.title
