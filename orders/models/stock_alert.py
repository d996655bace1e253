from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

MAX_ATTEMPTS = 5


class StockAlert(models.Model):
    """Somebody's wish to be told, once, when a SKU can be bought again. An address waits once for a SKU.

    A worker that mails it has claimed it before; a claim that is not answered for runs out.
    """

    sku = models.CharField("SKU", max_length=64)
    product_id = models.CharField(_("product"), max_length=40)
    email = models.EmailField(_("email"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    market = models.CharField(_("market"), max_length=8)
    language = models.CharField(_("language"), max_length=10)
    created_at = models.DateTimeField(_("asked at"))
    claimed_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    notified_at = models.DateTimeField(_("told at"), null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["sku", "email"], name="stock_alert_waits_once", condition=models.Q(notified_at__isnull=True)
            )
        ]
        indexes = [
            models.Index(fields=["email"], name="stock_alert_of_person"),
            models.Index(fields=["created_at"], name="stock_alert_age"),
        ]

    def __str__(self) -> str:
        return f"{self.sku} #{self.pk}"
