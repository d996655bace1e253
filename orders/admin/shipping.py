"""Shipping zones with their methods, and each method's price lists with a preview of what parcels pay."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.admin import TabularInline
from unfold.decorators import display

from orders import tariffs
from orders.admin.shipping_forms import BaseRateFormSet, RateForm, ZoneForm
from orders.models import ShippingMethod, ShippingRate, ShippingZone
from orders.pricing.shipping import Parcel
from shopcloud.lib import clock, residency
from shopcloud.lib.money import Money
from shopcloud.lib.staff import StaffAdmin

PREVIEW_GRAMS = (500, 2_000, 10_000, 30_000)


class MethodInline(TabularInline):  # type: ignore[misc]
    model = ShippingMethod
    extra = 0
    max_num = ShippingMethod.MOST
    hide_title = True
    show_change_link = True
    fields = ("code", "name", "name_de", "name_fr", "days_min", "days_max", "position", "active")

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        # Each row of one page alone would find room for itself.
        return super().get_formset(request, obj, **{"validate_max": True, **kwargs})


class RateInline(TabularInline):  # type: ignore[misc]
    model = ShippingRate
    form = RateForm
    formset = BaseRateFormSet
    extra = 1
    hide_title = True


class _KeepsTariffs(StaffAdmin):
    """What changes is seen by this process at once, by the others within seconds. Two who save come one after the
    other, from the first look at what is there: neither finds room that the other takes (ShippingMethod.MOST).
    """

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        with residency.atomic():
            if request.method == "POST":
                _wait_for_others()
            return super().changeform_view(request, *args, **kwargs)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        tariffs.ZONES.forget()

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        super().delete_model(request, obj)
        tariffs.ZONES.forget()


@admin.register(ShippingZone)
class ShippingZoneAdmin(_KeepsTariffs):
    form = ZoneForm
    list_display = ("name", "market", "covers", "ways")
    list_filter = ("market",)
    ordering = ("market", "name")
    inlines = (MethodInline,)

    @display(description=_("countries"))
    def covers(self, zone: ShippingZone) -> str:
        shown = " ".join(zone.countries[:12]) + (" …" if len(zone.countries) > 12 else "")
        return f"{shown} ({' '.join(zone.postal_prefixes)})" if zone.postal_prefixes else shown

    @display(description=_("methods"))
    def ways(self, zone: ShippingZone) -> str:
        return ", ".join(method.name for method in zone.methods.all())


@admin.register(ShippingMethod)
class ShippingMethodAdmin(_KeepsTariffs):
    list_display = ("name", "code", "zone", "active")
    list_filter = ("active", "zone")
    ordering = ("zone", "position")
    fields = (
        ("zone", "code"),
        "name",
        ("name_de", "name_fr"),
        ("days_min", "days_max"),
        ("position", "active"),
        "preview",
    )
    readonly_fields = ("preview",)
    inlines = (RateInline,)

    @display(description=_("what parcels pay today"))
    def preview(self, method: ShippingMethod) -> SafeString | str:
        """Each weight and threshold of the price lists with its price, as checkout works it out."""
        if not method.pk:
            return "-"
        rows = [_row(method, currency, grams) for currency in _currencies(method) for grams in PREVIEW_GRAMS]
        return render_to_string("admin/orders/shipping_preview.html", {"rows": rows})


def _wait_for_others() -> None:
    """Until this transaction is over nobody else's passes here."""
    with residency.connection().cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('shipping-tariffs'))")


def _currencies(method: ShippingMethod) -> list[str]:
    return sorted({rate.currency for rate in method.rates.all()})


def _row(method: ShippingMethod, currency: str, grams: int) -> dict[str, Any]:
    way, today = tariffs.way(method), clock.now().date()
    small = way.offered(Parcel(Money(0, currency), grams), on=today)
    return {
        "grams": grams,
        "currency": currency,
        "price": small.price.format() if small else "",
        "free_from": small.free_from.format() if small and small.free_from else "",
    }
