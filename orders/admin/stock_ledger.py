"""The places that hold goods, every movement of stock, and what orders were promised."""

from typing import Any

from django.contrib import admin
from django.db.models import Q
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import ChoicesCheckboxFilter, RangeDateFilter

from orders.models import StockLocation, StockMovement, StockReservation
from orders.services.use_location import use_location
from shopcloud.lib import clock
from shopcloud.lib.staff import ReadOnlyAdmin, StaffAdmin


@admin.register(StockLocation)
class StockLocationAdmin(StaffAdmin):
    list_display = ("name", "code", "country", "priority", "is_active")
    ordering = ("priority", "pk")
    fields = ("name", "code", "country", "priority", "is_active")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("code",) if obj else ()

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        # Its movements stay in the ledger: a place is closed, never forgotten.
        return False

    def save_model(self, request: HttpRequest, obj: StockLocation, form: Any, change: bool) -> None:
        if not change:
            obj.save()
            return
        obj.save(update_fields=["name", "country", "priority"])
        use_location(location=obj, is_active=obj.is_active, now=clock.now())


@admin.register(StockMovement)
class StockMovementAdmin(ReadOnlyAdmin):
    list_display = ("at", "sku", "reason", "quantity", "location", "order_number", "author", "note")
    list_select_related = ("location", "author")
    list_filter = (("reason", ChoicesCheckboxFilter), "location", ("at", RangeDateFilter))
    ordering = ("-pk",)
    sortable_by = ()
    search_fields = ("sku",)
    search_help_text = _("A SKU or an order number")

    def search_for(self, term: str) -> Q:
        return Q(sku=term) | Q(sku=term.upper()) | Q(order_number=term.upper())


@admin.register(StockReservation)
class StockReservationAdmin(ReadOnlyAdmin):
    list_display = ("order_number", "sku", "location", "quantity", "returned", "state", "reserved_at", "expires_at")
    list_select_related = ("location",)
    list_filter = (("state", ChoicesCheckboxFilter), "location")
    ordering = ("-pk",)
    sortable_by = ()
    search_fields = ("sku",)
    search_help_text = _("An order number or a SKU")

    def search_for(self, term: str) -> Q:
        return Q(order_number=term.upper()) | Q(sku=term) | Q(sku=term.upper())
