"""Who waits for a SKU to come back, for staff who order goods."""

from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from orders.models import StockAlert
from shopcloud.lib.staff import StaffAdmin


class WaitingFilter(admin.SimpleListFilter):
    title = _("told")
    parameter_name = "told"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("no", _("still waiting")), ("yes", _("told"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[StockAlert]) -> QuerySet[StockAlert]:
        return queryset.filter(notified_at__isnull=self.value() == "no") if self.value() else queryset


@admin.register(StockAlert)
class StockAlertAdmin(StaffAdmin):
    """Addresses may be forgotten here; they are only ever added by those who wait."""

    list_display = ("sku", "email", "market", "created_at", "notified_at")
    list_filter = (WaitingFilter,)
    ordering = ("-pk",)
    sortable_by = ()
    search_fields = ("sku",)
    search_help_text = _("A SKU, or an email address")
    fields = readonly_fields = ("sku", "product_id", "email", "market", "language", "created_at", "notified_at")

    def search_for(self, term: str) -> Q:
        return Q(sku=term) | Q(sku=term.upper()) | Q(email=term.lower())

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
