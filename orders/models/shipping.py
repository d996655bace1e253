from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _


class ShippingZone(models.Model):
    """A part of a market that is delivered to alike: countries, or within them what a postal code begins with.

    An address belongs to the zone that names it most exactly: one with its postal code before one with its country.
    """

    name = models.CharField(_("name"), max_length=80)
    market = models.CharField(_("market"), max_length=8)
    countries = models.JSONField(_("countries"), default=list)
    postal_prefixes = models.JSONField(_("postal codes"), default=list, blank=True)

    class Meta:
        ordering = ["market", "name"]
        verbose_name = _("shipping zone")
        constraints = [models.UniqueConstraint(fields=["market", "name"], name="shipping_zone_once_per_market")]

    def __str__(self) -> str:
        return f"{self.market}: {self.name}"


class ShippingMethod(models.Model):
    """A way of delivery into a zone, in working days. `code` is what orders and clients call it."""

    # Of one zone: buyers see them all at once.
    MOST = 20

    zone = models.ForeignKey(ShippingZone, on_delete=models.CASCADE, related_name="methods")
    code = models.SlugField(_("code"), max_length=20)
    name = models.CharField(_("name"), max_length=80)
    name_de = models.CharField(_("name in German"), max_length=80, blank=True)
    name_fr = models.CharField(_("name in French"), max_length=80, blank=True)
    days_min = models.PositiveSmallIntegerField(_("days at least"), default=1)
    days_max = models.PositiveSmallIntegerField(_("days at most"), default=3)
    position = models.PositiveSmallIntegerField(
        _("position"), default=0, help_text=_("The first of a zone is proposed to buyers.")
    )
    active = models.BooleanField(_("on offer"), default=True)

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = _("shipping method")
        constraints = [
            models.UniqueConstraint(fields=["zone", "code"], name="shipping_method_once_per_zone"),
            models.CheckConstraint(
                condition=models.Q(days_min__lte=models.F("days_max")), name="shipping_days_in_order"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.zone}: {self.name}"

    def clean(self) -> None:
        others = ShippingMethod.objects.filter(zone_id=self.zone_id).exclude(pk=self.pk)
        if others.count() >= self.MOST:
            raise ValidationError(f"A zone has {self.MOST} methods at most. Remove one first.")


class ShippingRate(models.Model):
    """What a method costs: `price` minor units of `currency` for a parcel of `from_grams` up to, not including,
    `to_grams` (null: however heavy) and a subtotal of at least `from_subtotal` minor units.

    All rates of a method and currency with one `since` are a price list; the newest whose day has come holds.
    """

    method = models.ForeignKey(ShippingMethod, on_delete=models.CASCADE, related_name="rates")
    currency = models.CharField(_("currency"), max_length=3)
    since = models.DateField(_("since"))
    from_grams = models.PositiveIntegerField(_("from grams"), default=0)
    to_grams = models.PositiveIntegerField(_("below grams"), null=True, blank=True)
    from_subtotal = models.BigIntegerField(default=0)
    price = models.BigIntegerField()

    class Meta:
        ordering = ["currency", "-since", "from_grams", "from_subtotal"]
        verbose_name = _("shipping rate")
        constraints = [
            models.UniqueConstraint(
                fields=["method", "currency", "since", "from_grams", "from_subtotal"], name="shipping_rate_once"
            ),
            models.CheckConstraint(
                condition=models.Q(price__gte=0, from_subtotal__gte=0), name="shipping_rate_not_negative"
            ),
            models.CheckConstraint(
                condition=models.Q(to_grams__isnull=True) | models.Q(to_grams__gt=models.F("from_grams")),
                name="shipping_rate_has_weights",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.price} {self.currency}"

    def overlaps(self, other: Any) -> bool:
        """Whether both would hold for the same parcel: same list and threshold, with weights in common."""
        same = ("currency", "since", "from_subtotal")
        if any(getattr(self, name) != getattr(other, name) for name in same):
            return False
        ends = [rate.to_grams if rate.to_grams is not None else float("inf") for rate in (self, other)]
        return bool(self.from_grams < ends[1] and other.from_grams < ends[0])
