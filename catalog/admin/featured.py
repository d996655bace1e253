"""The products that the home page begins with, in the admin."""

from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from unfold.decorators import display

from catalog import curating, queries
from catalog.admin.collection_forms import FeaturedForm
from catalog.admin.collections import STATES, state_of
from catalog.models import FeaturedProduct
from catalog.repository import CatalogUnavailable
from shopcloud.lib.staff import StaffAdmin


@admin.register(FeaturedProduct)
class FeaturedProductAdmin(StaffAdmin):
    """While none is current, the home page begins with the products that are marked so themselves."""

    compressed_fields = False
    list_display = ("title", "status", "state", "active_from", "active_until", "position")
    list_display_links = ("title",)
    list_editable = ("position",)
    ordering_field = "position"
    ordering = ("position", "pk")
    sortable_by = ()

    def search_for(self, term: str) -> Q:
        return Q(product_id=term)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        # Which product it is was said when it was added.
        return super().get_form(request, obj, change, **({} if obj else {"form": FeaturedForm}), **kwargs)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ("title" if obj else "product", ("active_from", "active_until"), "position")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("title",) if obj else ()

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        shown = super().get_changelist_instance(request)
        try:
            products = queries.products_by_id(row.product_id for row in shown.result_list)
        except CatalogUnavailable:
            products = {}
        for row in shown.result_list:
            row.product = products.get(row.product_id)
        return shown

    def get_object(self, *args: Any, **kwargs: Any) -> Any:
        row = super().get_object(*args, **kwargs)
        if row is not None:
            try:
                row.product = queries.products_by_id([row.product_id]).get(row.product_id)
            except CatalogUnavailable:
                row.product = None
        return row

    def save_model(self, request: HttpRequest, obj: FeaturedProduct, form: Any, change: bool) -> None:
        curating.save_featured(featured=obj)

    def delete_model(self, request: HttpRequest, obj: FeaturedProduct) -> None:
        curating.delete_featured(featured=[obj])

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[FeaturedProduct]) -> None:
        curating.delete_featured(featured=queryset)

    @display(description="product")
    def title(self, row: Any) -> str:
        return row.product.title if getattr(row, "product", None) else row.product_id

    @display(description="product is")
    def status(self, row: Any) -> str:
        return row.product.status.value if getattr(row, "product", None) else "gone"

    @display(description="state", label=STATES)
    def state(self, row: FeaturedProduct) -> str:
        return state_of(row)
