"""Collections in the admin: their texts and dates, their products in order, and a look at what a rule finds."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.html import format_html
from django.views.decorators.http import require_safe
from unfold.decorators import display

from catalog import curating, queries
from catalog.admin.collection_forms import CollectionForm, RuleForm
from catalog.admin.finding import cards_of, found_page
from catalog.curated import MAX_PRODUCTS
from catalog.models import Collection
from catalog.repository import CatalogUnavailable
from catalog.search.index import SearchUnavailable
from media.delivery import image_url
from shopcloud.lib import clock
from shopcloud.lib.money import Money
from shopcloud.lib.staff import StaffAdmin

STATES = {"shown": "success", "planned": "info", "over": "warning"}
_ENGINES = (
    ("seo_title", "seo_description"),
    ("seo_title_de", "seo_title_fr"),
    ("seo_description_de", "seo_description_fr"),
)
_ONLY_TYPED = {"new_picture", "without_picture", "least", "most"}


def state_of(row: Any) -> str:
    """Whether a dated row is shown now."""
    now = clock.now()
    if row.active_until and row.active_until <= now:
        return "over"
    return "planned" if row.active_from and row.active_from > now else "shown"


@admin.register(Collection)
class CollectionAdmin(StaffAdmin):
    form = CollectionForm
    compressed_fields = False
    change_form_template = "admin/catalog/collection_form.html"
    change_form_after_template = "admin/catalog/collection_products.html"
    list_display = ("title", "kind", "state", "show_on_home", "position")
    list_filter = ("kind", "show_on_home")
    ordering = ("position", "title", "pk")
    search_fields = ("title",)
    search_help_text = "A title or an address"
    readonly_fields = ("page", "prices", "picture_now")
    fieldsets: Any = (
        (None, {"fields": (("title", "slug"), "intro", ("title_de", "title_fr"), ("intro_de", "intro_fr"))}),
        ("Shown", {"fields": ("page", ("active_from", "active_until"), ("show_on_home", "position"))}),
        ("For search engines", {"fields": _ENGINES}),
        ("Picture", {"fields": ("picture_now", ("new_picture", "without_picture"))}),
        ("Products", {"fields": ("kind",)}),
        (
            "Rule",
            {
                "fields": (
                    ("category", "brand", "text"), "attributes", ("currency", "least", "most"), ("sort", "in_stock"),
                ),
                "classes": ("collection-rule",),
            },
        ),
    )  # fmt: skip

    def get_urls(self) -> list[Any]:
        wrap = self.admin_site.admin_view
        return [
            path("found/", wrap(require_safe(self.found_products)), name="catalog_collection_found"),
            path("preview/", wrap(require_safe(self.preview)), name="catalog_collection_preview"),
            *super().get_urls(),
        ]

    def search_for(self, term: str) -> Q:
        return Q(title__icontains=term) | Q(slug__startswith=term)

    def get_prepopulated_fields(self, request: HttpRequest, obj: Any = None) -> dict[str, Sequence[str]]:
        return {} if obj else {"slug": ("title",)}

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Who may only look sees what is kept instead of what would be typed."""
        if self._may_save(request, obj):
            return self.fieldsets
        return [(name, {**told, "fields": _without_typed(told["fields"])}) for name, told in self.fieldsets] + [
            (None, {"fields": ("prices",)})
        ]

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> Any:
        form = context["adminform"].form
        obj = kwargs.get("obj")
        try:
            products, is_away = cards_of(form.arranged), False
        except CatalogUnavailable:
            products, is_away = list(form.arranged), True
        context |= {
            "products": products,
            "is_away": is_away,
            "may_save": self._may_save(request, obj),
            "most_products": MAX_PRODUCTS,
        }
        return super().render_change_form(request, context, *args, **kwargs)

    def save_model(self, request: HttpRequest, obj: Collection, form: Any, change: bool) -> None:
        curating.save_collection(collection=obj)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        curating.arrange_products(collection=form.instance, product_ids=form.arranged)

    def delete_model(self, request: HttpRequest, obj: Collection) -> None:
        curating.delete_collections(collections=[obj])

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Collection]) -> None:
        curating.delete_collections(collections=queryset)

    def found_products(self, request: HttpRequest) -> HttpResponse:
        """Products to add, for the words or the SKU in the box."""
        self._demand(request)
        return found_page(request)

    def preview(self, request: HttpRequest) -> HttpResponse:
        """What the rule of the form would show, found by one search."""
        self._demand(request)
        form = RuleForm(request.GET)
        context: dict[str, Any] = {"form": form, "most_products": MAX_PRODUCTS}
        if form.is_valid():
            try:
                context["result"] = queries.search(form.request())
            except SearchUnavailable:
                context["is_away"] = True
        return TemplateResponse(request, "admin/catalog/collection_preview.html", context)

    @display(description="state", label=STATES)
    def state(self, collection: Collection) -> str:
        return state_of(collection)

    @display(description="page in the shop")
    def page(self, collection: Collection) -> str:
        if not collection.pk:
            return "–"
        return format_html(
            '<a href="/collections/{0}/">/collections/{0}/</a> ({1})', collection.slug, state_of(collection)
        )

    @display(description="picture now")
    def picture_now(self, collection: Collection) -> str:
        if not collection.picture:
            return "–"
        return format_html('<img src="{}" alt="" class="collection-now">', image_url(collection.picture, 320))

    @display(description="prices")
    def prices(self, collection: Collection) -> str:
        ends = (collection.min_price, collection.max_price)
        told = ["…" if end is None else Money(end, collection.currency).major for end in ends]
        return f"{told[0]} – {told[1]} {collection.currency}"

    def _may_save(self, request: HttpRequest, obj: Any) -> bool:
        return bool(self.has_change_permission(request, obj) if obj else self.has_add_permission(request))

    def _demand(self, request: HttpRequest) -> None:
        if not (self.has_change_permission(request) or self.has_add_permission(request)):
            raise PermissionDenied


def _without_typed(fields: Any) -> list[Any]:
    """The fields that the row itself has."""
    kept = []
    for entry in fields:
        names = tuple(name for name in ([entry] if isinstance(entry, str) else entry) if name not in _ONLY_TYPED)
        kept += [names] if names else []
    return kept
