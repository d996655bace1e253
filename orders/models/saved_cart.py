from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from shopcloud.lib import guards


class SavedCart(models.Model):
    """A person's cart as PostgreSQL remembers it: what Redis loses, or another device asks for, comes back from here.

    `lines` and `saved` are lists of {sku, product_id, quantity, price, currency}. The row never goes back to an older
    `version`. `cart_id` opens the cart: it is shown to its owner only.
    """

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_cart")
    cart_id = models.CharField(max_length=64, unique=True)
    version = models.BigIntegerField(default=0)
    market = models.CharField(_("market"), max_length=8)
    lines = models.JSONField(default=list)
    saved = models.JSONField(default=list)
    codes = models.JSONField(default=list)
    # {hash, last4}: never the code itself.
    gift_cards = models.JSONField(default=list)
    updated_at = models.DateTimeField(_("last changed"))
    # The version the person was reminded of.
    reminded_version = models.BigIntegerField(default=0)
    reminded_at = models.DateTimeField(_("reminded"), null=True, blank=True)

    class Meta:
        verbose_name = _("saved cart")
        indexes = [models.Index(fields=["updated_at", "id"], name="saved_cart_untouched")]

    def __str__(self) -> str:
        return str(_("Cart of %(count)d") % {"count": self.count})

    def claim_reminder(self, *, at: datetime) -> bool:
        """Say that this version's reminder goes out now; False if another worker did, or the cart changed since."""
        unclaimed: dict[str, Any] = {"pk": self.pk, "version": self.version}
        if guards.stands("carts.remind"):
            unclaimed["reminded_version__lt"] = self.version
        return bool(SavedCart.objects.filter(**unclaimed).update(reminded_version=self.version, reminded_at=at))

    def give_up_reminder(self) -> None:
        """The mail could not be sent: the next try may."""
        SavedCart.objects.filter(pk=self.pk, reminded_version=self.version).update(reminded_version=0, reminded_at=None)

    @property
    def count(self) -> int:
        """Units over all lines."""
        lines: list[dict[str, Any]] = self.lines
        return sum(line["quantity"] for line in lines)
