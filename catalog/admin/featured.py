"""The products that the home page begins with, in the admin."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.views.decorators.http import require_safe
from unfold.decorators import action, display

from catalog import curating, queries
from catalog.admin.collection_forms import FeaturedForm, FeaturedOrderForm
from catalog.admin.collections import STATES, state_of
from catalog.admin.finding import cards_of, found_page
from catalog.curated import MAX_FEATURED
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

    actions_list = ("arrange",)

    def get_urls(self) -> list[Any]:
        found = self.admin_site.admin_view(require_safe(self.found_products))
        return [path("found/", found, name="catalog_featuredproduct_found"), *super().get_urls()]

    def has_arrange_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """All that the page can do: who may not, changes one product after another."""
        return all(
            (
                self.has_add_permission(request),
                self.has_change_permission(request),
                self.has_delete_permission(request),
            )
        )

    @action(description="Find and put in order", permissions=["arrange"], icon="swap_vert")
    def arrange(self, request: HttpRequest) -> HttpResponse:
        """All of them on one page: found by words, dragged into their order, taken away."""
        form = FeaturedOrderForm(request.POST if request.method == "POST" else None)
        if form.is_bound and form.is_valid():
            arranged = curating.arrange_featured(product_ids=form.arranged, removed=form.removed)
            self._log(request, arranged)
            messages.success(request, "The home page begins with these products, in this order.")
            return redirect("admin:catalog_featuredproduct_changelist")
        try:
            products, is_away = cards_of(form.arranged), False
        except CatalogUnavailable:
            products, is_away = list(form.arranged), True
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "Products that the home page begins with",
            "form": form,
            "products": products,
            "is_away": is_away,
            "most_products": MAX_FEATURED,
            "may_save": True,
        }
        status = 422 if form.errors else 200
        return TemplateResponse(request, "admin/catalog/featured_arrange.html", context, status=status)

    def found_products(self, request: HttpRequest) -> HttpResponse:
        if not self.has_arrange_permission(request):
            raise PermissionDenied
        return found_page(request)

    def _log(self, request: HttpRequest, arranged: curating.Arranged) -> None:
        for row in arranged.added:
            self.log_addition(request, row, [{"added": {}}])
        for row in arranged.moved:
            self.log_change(request, row, f"Put at place {row.position}.")
        if arranged.removed:
            self.log_deletions(request, arranged.removed)

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
