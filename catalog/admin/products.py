"""The pages of products in the admin: list, add, change, publish and archive, history."""

import hashlib
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe
from unfold.admin import ModelAdmin

from catalog import history, queries, schedules, services
from catalog.admin.bulk_pages import BulkPages
from catalog.admin.conflicts import PLANNED, ConflictPages, Typed
from catalog.admin.editing import Editor
from catalog.admin.finding import ids_with_code
from catalog.admin.history_pages import HistoryPages
from catalog.admin.pages import CHANGE, LIST, product_of, row_of
from catalog.admin.sku_owners import taken
from catalog.admin.typed import typed_fields
from catalog.domain import Freshness, InvalidProduct, Product, Status
from catalog.models import CatalogProduct
from catalog.records import editorial_record
from catalog.repository import BadCursor, ProductExists, SaveDoubted, VersionConflict
from shopcloud.lib import clock

PAGE_SIZE = 25
_DONE = {
    "publish": lambda n: ngettext("%d product is on sale.", "%d products are on sale.", n) % n,
    "archive": lambda n: ngettext("%d product was archived.", "%d products were archived.", n) % n,
}


@admin.register(CatalogProduct)
class ProductAdmin(ModelAdmin):  # type: ignore[misc]
    """Products are archived, never deleted: orders point at them."""

    def get_urls(self) -> list[Any]:
        wrap = self.admin_site.admin_view
        bulk = BulkPages(self)
        joining, past = require_POST(ConflictPages(self).save), HistoryPages(self)
        return [
            path("", wrap(self.list_page), name="catalog_catalogproduct_changelist"),
            path("add/", wrap(self.add_page), name="catalog_catalogproduct_add"),
            path("status/", wrap(require_POST(self.change_status)), name="catalog_catalogproduct_status"),
            path("editing/", wrap(require_safe(self.still_editing)), name="catalog_catalogproduct_editing"),
            path("typed/", wrap(typed_fields), name="catalog_catalogproduct_typed"),
            path("bulk/", wrap(require_POST(bulk.edit)), name="catalog_catalogproduct_bulk"),
            path("bulk/<uuid:edit>/", wrap(bulk.done), name="catalog_catalogproduct_bulkedit"),
            path("<str:object_id>/change/", wrap(self.change_page), name="catalog_catalogproduct_change"),
            path("<str:object_id>/conflict/", wrap(joining), name="catalog_catalogproduct_conflict"),
            path("<str:object_id>/history/", wrap(past.page), name="catalog_catalogproduct_history"),
            path("<str:object_id>/history/<int:version>/", wrap(past.version), name="catalog_catalogproduct_version"),
        ]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def list_page(self, request: HttpRequest) -> HttpResponse:
        self.demand(self.has_view_permission(request))
        chosen = {name: request.GET.get(name, "").strip()[:200] for name in ("q", "status", "category")}
        try:
            found = queries.list_for_staff(
                text=chosen["q"],
                status=chosen["status"],
                category=chosen["category"],
                after=request.GET.get("after"),
                limit=PAGE_SIZE,
            )
            first = [] if "after" in request.GET else ids_with_code(**chosen)
        except BadCursor:
            return redirect(LIST)
        ids = [*first, *(card.product_id for card in found.cards)]
        context = {
            **self.context(request, _("Products")),
            # The index finds them; what is shown are the copies that every save renews. Acting on them reads the truth.
            "products": queries.products_by_id(ids).values(),
            "plans": schedules.plans(ids),
            "refused": schedules.refused(),
            "next": found.next,
            "near": found.near,
            "chosen": chosen,
            "statuses": [s.value for s in Status],
            "categories": queries.tree(),
            "has_add_permission": self.has_add_permission(request),
            "has_import_permission": request.user.has_perm("catalog.add_productimport"),
            "has_export_permission": request.user.has_perm("catalog.add_productexport"),
            "has_change_permission": self.has_change_permission(request),
        }
        return TemplateResponse(request, "admin/catalog/product_list.html", context)

    def add_page(self, request: HttpRequest) -> HttpResponse:
        self.demand(self.has_add_permission(request))
        return self._edit(request, None)

    def change_page(self, request: HttpRequest, object_id: str) -> HttpResponse:
        self.demand(self.has_view_permission(request))
        if request.method == "POST":
            self.demand(self.has_change_permission(request))
        return self._edit(request, product_of(object_id))

    def still_editing(self, request: HttpRequest) -> HttpResponse:
        """Asked for now and then by a page that holds what is not saved yet, so that its session does not end."""
        self.demand(self.has_view_permission(request))
        return HttpResponse(status=204)

    def change_status(self, request: HttpRequest) -> HttpResponse:
        """Publish or archive the chosen products; each is its own conditional write."""
        self.demand(self.has_change_permission(request))
        change = {"publish": services.publish_product, "archive": services.archive_product}.get(
            request.POST.get("do", "")
        )
        if change is None:
            messages.error(request, _("Choose what to do with the products."))
            return redirect(LIST)
        chosen = request.POST.getlist("product")[:PAGE_SIZE]
        products = queries.products_by_id(chosen, freshness=Freshness.STRONG)
        changed = 0
        for product in products.values():
            try:
                change(
                    product_id=product.product_id,
                    expected_version=product.version,
                    now=clock.now(),
                    author=request.user.pk,
                )
            except (VersionConflict, InvalidProduct, SaveDoubted) as error:
                messages.error(request, f"{product.title}: {error}")
            else:
                changed += 1
                self.log_change(request, row_of(product), [{"changed": {"fields": ["status"]}}])
        if not chosen:
            messages.warning(request, _("Choose products first."))
        if changed:
            messages.success(request, _DONE[request.POST["do"]](changed))
        back = request.POST.get("next", "")
        return redirect(back if _is_own_path(back) else LIST)

    def _edit(self, request: HttpRequest, product: Product | None) -> HttpResponse:
        if request.method != "POST":
            return self._form_page(request, Editor(product))
        editor = Editor(_opened(product, request.POST.get("version", "")), request.POST, request.FILES)
        if not editor.is_valid():
            return self._form_page(request, editor)
        try:
            edited = editor.edited(now=clock.now())
            saved = self._save(request, editor, edited)
        except InvalidProduct as error:
            for field, reason in error.errors.items():
                editor.form.add_error(field if field in editor.form.fields else None, reason)
        except VersionConflict:
            return ConflictPages(self).open(request, _typed(editor, edited, "_continue" in request.POST))
        except SaveDoubted as error:
            editor.form.add_error(None, str(error))
        else:
            messages.success(request, _("“%(title)s” was saved.") % {"title": saved.title})
            _tell_unstocked(request, editor.product, saved)
            return redirect(*self.after_save(saved, "_continue" in request.POST))
        return self._form_page(request, editor)

    def _save(self, request: HttpRequest, editor: Editor, product: Product) -> Product:
        now, author = clock.now(), request.user.pk
        if editor.product is None:
            saved, is_new = _created(product, now=now, author=author)
            if is_new:
                self.log_addition(request, row_of(saved), [{"added": {}}])
        else:
            saved = services.save_product(product=product, expected_version=editor.version, now=now, author=author)
            changed = editor.changed_fields()
            self.log_change(request, row_of(saved), [{"changed": {"fields": changed}}] if changed else [])
        editor.plan.keep(saved, author=request.user)
        return saved

    def after_save(self, product: Product, go_on: bool) -> tuple[str, ...]:
        """Where to go once it is saved."""
        return (CHANGE, product.product_id) if go_on else (LIST,)

    def _form_page(self, request: HttpRequest, editor: Editor) -> HttpResponse:
        product = editor.product
        title = _("Add product") if product is None else product.title
        context = {
            **self.context(request, title),
            "editor": editor,
            "has_errors": editor.has_errors(),
            "product": product,
            "may_save": self.has_change_permission(request) if product else self.has_add_permission(request),
            "original": row_of(product) if product else None,
            "media": editor.form.media,
        }
        status = 200 if request.method == "GET" else 422
        return TemplateResponse(request, "admin/catalog/product_form.html", context, status=status)

    def context(self, request: HttpRequest, title: str) -> dict[str, Any]:
        return {**self.admin_site.each_context(request), "title": title, "opts": self.opts, "subtitle": None}

    def demand(self, allowed: bool) -> None:
        if not allowed:
            raise PermissionDenied


def _created(product: Product, *, now: datetime, author: int | None) -> tuple[Product, bool]:
    """The new product, or, False, the one that the same page made when it was sent before. Raises InvalidProduct."""
    try:
        return services.create_product(product=product, now=now, author=author), True
    except ProductExists:
        there = product_of(product.product_id)
    if editorial_record(there) == editorial_record(product):
        return there, False
    # Whoever goes back to the page and changes it makes another product, which that page sent twice makes once as well.
    shared = {variant.sku: taken(there) for variant in product.variants if there.variant(variant.sku)}
    if shared:
        raise InvalidProduct(shared)
    return _created(replace(product, product_id=_another_id(product)), now=now, author=author)


def _another_id(product: Product) -> str:
    """The same for the same id and SKUs."""
    names = " ".join([product.product_id, *sorted(variant.sku for variant in product.variants)])
    return hashlib.sha256(names.encode()).hexdigest()[:16]


def _tell_unstocked(request: HttpRequest, before: Product | None, saved: Product) -> None:
    new = [v.sku for v in saved.variants if not v.in_stock and (before is None or before.variant(v.sku) is None)]
    if new:
        messages.info(request, _("Sold out until somebody counts its stock: %(skus)s.") % {"skus": ", ".join(new)})


def _opened(product: Product | None, version: str) -> Product | None:
    """The product as the page that is sent back showed it; as it is now where that version is not kept."""
    if product is None or version == str(product.version) or not version.isdecimal() or len(version) > 9:
        return product
    return history.version_of(product.product_id, int(version)) or product


def _typed(editor: Editor, product: Product, go_on: bool) -> Typed:
    known = editor.product is not None and editor.product.version == editor.version
    plan = {name: editor.plan.cleaned_data[name] for name in PLANNED}
    return Typed(product if known else replace(product, version=0), plan, go_on)


def _is_own_path(path: str) -> bool:
    return path.startswith("/admin/catalog/") and "\\" not in path
