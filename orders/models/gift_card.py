from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from orders.models.order import Order
from shopcloud.lib.money import Money


class GiftCard(models.Model):
    """Money paid in advance, in minor units of `currency`. The code is its permission: only a keyed hash is kept.

    A card is a means of payment, not a discount. Every change of `balance` is one conditional update with an entry.
    """

    code_hash = models.CharField(max_length=64, unique=True, editable=False)
    last4 = models.CharField(_("ends in"), max_length=4, db_index=True, editable=False)
    currency = models.CharField(_("currency"), max_length=3)
    initial = models.BigIntegerField(_("value"))
    balance = models.BigIntegerField(_("balance"))
    expires_at = models.DateTimeField(_("expires"), null=True, blank=True)
    active = models.BooleanField(_("active"), default=True)
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, verbose_name=_("issued by")
    )
    issued_for = models.ForeignKey(
        Order,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="issued_gift_cards",
        verbose_name=_("sold by"),
    )
    note = models.CharField(_("note"), max_length=200, blank=True)
    issued_at = models.DateTimeField(_("issued"))

    class Meta:
        verbose_name, verbose_name_plural = _("gift card"), _("gift cards")
        constraints = [
            models.CheckConstraint(
                condition=Q(balance__gte=0, balance__lte=F("initial")), name="gift_card_balance_within_value"
            ),
            models.CheckConstraint(condition=Q(initial__gt=0), name="gift_card_of_something"),
        ]

    def __str__(self) -> str:
        return f"•••• {self.last4}"

    @staticmethod
    def hash_of(code: str) -> str:
        """What stands for a code in every store: nobody can go back from it."""
        return salted_hmac("orders.gift_card", code, algorithm="sha256").hexdigest()

    def money(self, amount: int) -> Money:
        return Money(amount, self.currency)


class GiftCardEntry(models.Model):
    """The ledger of gift cards: `amount` is signed, a card's entries sum to its balance. Never updated or deleted.

    `reference` makes each effect happen once: an order spends a card once, and gets it back once per reference.
    """

    class Reason(models.TextChoices):
        ISSUED = "issued", _("Issued")
        SPENT = "spent", _("Spent")
        RETURNED = "returned", _("Given back")

    card = models.ForeignKey(GiftCard, on_delete=models.PROTECT, related_name="entries")
    order = models.ForeignKey(Order, null=True, blank=True, on_delete=models.PROTECT, related_name="gift_card_entries")
    amount = models.BigIntegerField(_("amount"))
    reason = models.CharField(_("reason"), max_length=10, choices=Reason)
    reference = models.CharField(max_length=80)
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name, verbose_name_plural = _("gift card entry"), _("gift card entries")
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["card", "reference"], name="gift_card_moved_once"),
            models.CheckConstraint(
                condition=Q(reason="spent", amount__lt=0) | (~Q(reason="spent") & Q(amount__gt=0)),
                name="gift_card_entry_has_its_sign",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.card_id} {self.reason} {self.amount}"
