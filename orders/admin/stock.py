"""Stock by place: what was counted is entered here; what is promised to buyers is only shown."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import F, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from orders.admin.stock_actions import StockActions
from orders.models import StockItem, StockLevel
from orders.stock import MAX_ON_HAND, BadStock, levels, set_low_at, set_on_hand
from shopcloud.lib import clock
from shopcloud.lib.staff import StaffAdmin

STATES = {"sold out": "danger", "low": "warning", "in stock": "success"}


class StockedAdmin(StaffAdmin):
    """Rows that are made with their product, found by SKU."""

    search_fields = ("sku",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class LevelFilter(admin.SimpleListFilter):
    title = _("level")
    parameter_name = "level"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("low", _("low")), ("out", _("sold out"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[StockItem]) -> QuerySet[StockItem]:
        if not self.value():
            return queryset
        low = queryset.filter(low_since__isnull=False)
        if self.value() == "low":
            return low
        # What is sold out runs low, so only few SKUs are looked at.
        buyable = StockLevel.objects.filter(location__is_active=True, on_hand__gt=F("reserved"))
        return low.exclude(pk__in=buyable.values("sku"))


@admin.register(StockItem)
class StockItemAdmin(StockActions, StockedAdmin):
    list_display = ("sku", "product_id", "on_hand", "reserved", "left", "state", "low_at", "low_since")
    list_filter = (LevelFilter,)
    ordering = ("sku",)
    sortable_by = ("sku",)
    search_help_text = _("The beginning of a SKU, or a product's id")
    fields = ("sku", "product_id", "low_at", "on_hand", "reserved", "left", "low_since")
    readonly_fields = ("sku", "product_id", "on_hand", "reserved", "left", "low_since")

    def search_for(self, term: str) -> Q:
        return Q(sku__startswith=term) | Q(sku__startswith=term.upper()) | Q(product_id=term.lower())

    def save_model(self, request: HttpRequest, obj: StockItem, form: Any, change: bool) -> None:
        if "low_at" in form.changed_data:
            set_low_at(sku=obj.sku, low_at=obj.low_at, now=clock.now())

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        shown = super().get_changelist_instance(request)
        # One statement for the page, rather than one for each of its rows.
        figures = levels(item.pk for item in shown.result_list)
        for item in shown.result_list:
            item.figures = figures[item.pk]
        return shown

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        item = super().get_object(request, object_id, from_field)
        if item is not None:
            item.figures = levels([item.pk])[item.pk]
        return item

    @display(description=_("on hand"))
    def on_hand(self, item: Any) -> int:
        return int(item.figures.on_hand)

    @display(description=_("reserved"))
    def reserved(self, item: Any) -> int:
        return int(item.figures.reserved)

    @display(description=_("available"))
    def left(self, item: Any) -> int:
        return int(item.figures.available)

    @display(description=_("status"), label=STATES)
    def state(self, item: Any) -> str:
        if item.figures.available <= 0:
            return gettext("sold out")
        return gettext("low") if item.figures.is_low else gettext("in stock")


class CountForm(forms.ModelForm):  # type: ignore[type-arg]
    note = forms.CharField(label=_("Note"), max_length=200, required=False, help_text=_("Why the count was corrected"))

    class Meta:
        model = StockLevel
        fields = ("on_hand",)

    def clean_on_hand(self) -> int:
        on_hand: int = self.cleaned_data["on_hand"]
        if not self.instance.reserved <= on_hand <= MAX_ON_HAND:
            raise forms.ValidationError(
                _("Enter %(least)d to %(most)d: %(least)d are promised to unpaid orders."),
                params={"least": self.instance.reserved, "most": MAX_ON_HAND},
            )
        return on_hand


@admin.register(StockLevel)
class StockLevelAdmin(StockedAdmin):
    form = CountForm
    list_display = ("sku", "location", "on_hand", "reserved", "left", "updated_at")
    list_filter = ("location",)
    list_select_related = ("location",)
    ordering = ("sku", "location_id")
    sortable_by = ("sku",)
    search_help_text = _("The beginning of a SKU")
    fields = ("sku", "location", "on_hand", "note", "reserved", "left", "updated_at")
    readonly_fields = ("sku", "location", "reserved", "left", "updated_at")

    def search_for(self, term: str) -> Q:
        return Q(sku__startswith=term) | Q(sku__startswith=term.upper())

    def save_model(self, request: HttpRequest, obj: StockLevel, form: CountForm, change: bool) -> None:
        if "on_hand" not in form.changed_data:
            return
        product_id = StockItem.objects.get(pk=obj.sku).product_id
        counted: dict[str, Any] = {"sku": obj.sku, "product_id": product_id, "on_hand": obj.on_hand}
        by: dict[str, Any] = {"author": request.user, "note": form.cleaned_data["note"]}
        try:
            set_on_hand(**counted, **by, location=obj.location, now=clock.now())
        except BadStock as refusal:
            # A buyer was promised a unit between the form and now.
            messages.error(request, str(refusal))

    @display(description=_("available"))
    def left(self, level: StockLevel) -> int:
        return level.available
