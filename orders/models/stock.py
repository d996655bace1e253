from django.db import models
from django.utils.translation import gettext_lazy as _


class StockLocation(models.Model):
    """A place that holds goods. Orders are filled from active ones, the lowest `priority` first.

    What lies in an inactive place is counted, but not for sale.
    """

    MAIN = "main"

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=100)
    country = models.CharField(_("country"), max_length=2)
    priority = models.PositiveSmallIntegerField(_("priority"), default=10)
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        ordering = ["priority", "pk"]

    def __str__(self) -> str:
        return self.name


class StockItem(models.Model):
    """A SKU that has stock, wherever it lies. At `low_at` available units or fewer it runs low, since `low_since`.

    Digital SKUs have no row: they never run out.
    """

    sku = models.CharField("SKU", max_length=64, primary_key=True)
    product_id = models.CharField(_("product"), max_length=40, db_index=True)
    low_at = models.PositiveIntegerField(_("low at"), default=3)
    low_since = models.DateTimeField(_("low since"), null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["-low_since"], name="stock_runs_low", condition=models.Q(low_since__isnull=False))
        ]

    def __str__(self) -> str:
        return self.sku


class StockLevel(models.Model):
    """How much of a SKU lies in one place. Reserved units are promised to unpaid orders; available is the rest.

    `version` grows with every change of a SKU, in whichever place: of two figures the one with the higher is newer.
    """

    sku = models.CharField("SKU", max_length=64)
    location = models.ForeignKey(
        StockLocation, on_delete=models.PROTECT, related_name="levels", verbose_name=_("location")
    )
    on_hand = models.IntegerField(_("on hand"), default=0)
    reserved = models.IntegerField(_("reserved"), default=0)
    version = models.BigIntegerField(default=0)
    updated_at = models.DateTimeField(_("updated at"))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["sku", "location"], name="stock_level_once_per_place"),
            models.CheckConstraint(
                condition=models.Q(reserved__gte=0, on_hand__gte=models.F("reserved")), name="stock_never_oversold"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sku}: {self.available}"

    @property
    def available(self) -> int:
        return self.on_hand - self.reserved
