"""Stock levels: what was counted is entered here; what is promised to buyers is only shown."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import F, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from orders.models import StockLevel
from orders.stock import MAX_ON_HAND, BadStock, set_on_hand
from shopcloud.lib import clock
from shopcloud.lib.staff import StaffAdmin

STATES = {"sold out": "danger", "low": "warning", "in stock": "success"}


class LevelFilter(admin.SimpleListFilter):
    title = _("level")
    parameter_name = "level"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("low", _("low")), ("out", _("sold out"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[StockLevel]) -> QuerySet[StockLevel]:
        if self.value() == "low":
            return queryset.filter(on_hand__lte=F("low_at"))
        return queryset.filter(on_hand__lte=F("reserved")) if self.value() == "out" else queryset


class StockForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = StockLevel
        fields = ("on_hand", "low_at")

    def clean_on_hand(self) -> int:
        on_hand: int = self.cleaned_data["on_hand"]
        if not self.instance.reserved <= on_hand <= MAX_ON_HAND:
            raise forms.ValidationError(
                _("Enter %(least)d to %(most)d: %(least)d are promised to unpaid orders."),
                params={"least": self.instance.reserved, "most": MAX_ON_HAND},
            )
        return on_hand


@admin.register(StockLevel)
class StockLevelAdmin(StaffAdmin):
    form = StockForm
    list_display = ("sku", "product_id", "on_hand", "reserved", "left", "state", "updated_at")
    list_filter = (LevelFilter,)
    ordering = ("sku",)
    sortable_by = ("sku",)
    search_fields = ("sku",)
    search_help_text = _("The beginning of a SKU, or a product's id")
    fields = ("sku", "product_id", "on_hand", "low_at", "reserved", "left", "updated_at")
    readonly_fields = ("sku", "product_id", "reserved", "left", "updated_at")

    def search_for(self, term: str) -> Q:
        return Q(sku__startswith=term) | Q(sku__startswith=term.upper()) | Q(product_id=term.lower())

    def has_add_permission(self, request: HttpRequest) -> bool:
        # A level is made with its product.
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: StockLevel, form: StockForm, change: bool) -> None:
        if "low_at" in form.changed_data:
            StockLevel.objects.filter(pk=obj.pk).update(low_at=obj.low_at)
        if "on_hand" not in form.changed_data:
            return
        try:
            set_on_hand(sku=obj.sku, product_id=obj.product_id, on_hand=obj.on_hand, now=clock.now())
        except BadStock as refusal:
            # A buyer was promised a unit between the form and now.
            messages.error(request, str(refusal))

    @display(description=_("available"))
    def left(self, level: StockLevel) -> int:
        return level.available

    @display(description=_("status"), label=STATES)
    def state(self, level: StockLevel) -> str:
        if level.available <= 0:
            return gettext("sold out")
        return gettext("low") if level.on_hand <= level.low_at else gettext("in stock")
