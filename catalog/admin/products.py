"""The pages of products in the admin: list, add, change, publish and archive, history."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST
from unfold.admin import ModelAdmin

from catalog import queries, schedules, services
from catalog.admin.editing import Editor
from catalog.admin.typed import typed_fields
from catalog.domain import Freshness, InvalidProduct, Product, Status
from catalog.models import CatalogProduct
from catalog.repository import BadCursor, ProductExists, VersionConflict
from shopcloud.lib import clock

PAGE_SIZE = 50
_CONFLICT = gettext_lazy(
    "Somebody else saved this product while you were editing it. Nothing of yours is saved yet: compare it with the "
    "product as it is now (History shows who), then save again to replace it."
)
_DONE = {
    "publish": lambda n: ngettext("%d product is on sale.", "%d products are on sale.", n) % n,
    "archive": lambda n: ngettext("%d product was archived.", "%d products were archived.", n) % n,
}
LIST, CHANGE = "admin:catalog_catalogproduct_changelist", "admin:catalog_catalogproduct_change"


@admin.register(CatalogProduct)
class ProductAdmin(ModelAdmin):  # type: ignore[misc]
    """Products are archived, never deleted: orders point at them."""

    def get_urls(self) -> list[Any]:
        wrap = self.admin_site.admin_view
        return [
            path("", wrap(self.list_page), name="catalog_catalogproduct_changelist"),
            path("add/", wrap(self.add_page), name="catalog_catalogproduct_add"),
            path("status/", wrap(require_POST(self.change_status)), name="catalog_catalogproduct_status"),
            path("typed/", wrap(typed_fields), name="catalog_catalogproduct_typed"),
            path("<str:object_id>/change/", wrap(self.change_page), name="catalog_catalogproduct_change"),
            path("<str:object_id>/history/", wrap(self.history_view), name="catalog_catalogproduct_history"),
        ]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> CatalogProduct | None:
        """For the history page: the title under which the log shows the product."""
        return _row(_product(object_id))

    def list_page(self, request: HttpRequest) -> HttpResponse:
        self._demand(self.has_view_permission(request))
        chosen = {name: request.GET.get(name, "").strip()[:200] for name in ("q", "status", "category")}
        try:
            found = queries.list_for_staff(
                text=chosen["q"],
                status=chosen["status"],
                category=chosen["category"],
                after=request.GET.get("after"),
                limit=PAGE_SIZE,
            )
        except BadCursor:
            return redirect(LIST)
        context = {
            **self._context(request, _("Products")),
            # The index finds them; what is shown is what DynamoDB holds now.
            "products": queries.products_by_id(
                (c.product_id for c in found.cards), freshness=Freshness.STRONG
            ).values(),
            "plans": schedules.plans(c.product_id for c in found.cards),
            "refused": schedules.refused(),
            "next": found.next,
            "chosen": chosen,
            "statuses": [s.value for s in Status],
            "categories": queries.tree(),
            "has_add_permission": self.has_add_permission(request),
            "has_import_permission": request.user.has_perm("catalog.add_productimport"),
            "has_change_permission": self.has_change_permission(request),
        }
        return TemplateResponse(request, "admin/catalog/product_list.html", context)

    def add_page(self, request: HttpRequest) -> HttpResponse:
        self._demand(self.has_add_permission(request))
        return self._edit(request, None)

    def change_page(self, request: HttpRequest, object_id: str) -> HttpResponse:
        self._demand(self.has_view_permission(request))
        if request.method == "POST":
            self._demand(self.has_change_permission(request))
        return self._edit(request, _product(object_id))

    def change_status(self, request: HttpRequest) -> HttpResponse:
        """Publish or archive the chosen products; each is its own conditional write."""
        self._demand(self.has_change_permission(request))
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
            except (VersionConflict, InvalidProduct) as error:
                messages.error(request, f"{product.title}: {error}")
            else:
                changed += 1
                self.log_change(request, _row(product), [{"changed": {"fields": ["status"]}}])
        if not chosen:
            messages.warning(request, _("Choose products first."))
        if changed:
            messages.success(request, _DONE[request.POST["do"]](changed))
        back = request.POST.get("next", "")
        return redirect(back if _is_own_path(back) else LIST)

    def _edit(self, request: HttpRequest, product: Product | None) -> HttpResponse:
        if request.method != "POST":
            return self._form_page(request, Editor(product))
        editor = Editor(product, request.POST, request.FILES)
        if not editor.is_valid():
            return self._form_page(request, editor)
        saved = self._save(request, editor)
        if saved is None:
            return self._form_page(request, editor)
        messages.success(request, _("“%(title)s” was saved.") % {"title": saved.title})
        return redirect(CHANGE, saved.product_id) if "_continue" in request.POST else redirect(LIST)

    def _save(self, request: HttpRequest, editor: Editor) -> Product | None:
        now = clock.now()
        try:
            product = editor.edited(now=now)
            if editor.product is None:
                saved = services.create_product(product=product, now=now, author=request.user.pk)
                self.log_addition(request, _row(saved), [{"added": {}}])
            else:
                saved = services.save_product(
                    product=product, expected_version=editor.version, now=now, author=request.user.pk
                )
                changed = editor.changed_fields()
                self.log_change(request, _row(saved), [{"changed": {"fields": changed}}] if changed else [])
        except InvalidProduct as error:
            for field, reason in error.errors.items():
                editor.form.add_error(field if field in editor.form.fields else None, reason)
        except VersionConflict as error:
            editor.accept_version(error.actual or 0)
            editor.form.add_error(None, _CONFLICT)
        except ProductExists as error:
            editor.form.add_error(None, str(error))
        else:
            editor.plan.keep(saved, author=request.user)
            return saved
        return None

    def _form_page(self, request: HttpRequest, editor: Editor) -> HttpResponse:
        product = editor.product
        title = _("Add product") if product is None else product.title
        context = {
            **self._context(request, title),
            "editor": editor,
            "has_errors": editor.has_errors(),
            "product": product,
            "may_save": self.has_change_permission(request) if product else self.has_add_permission(request),
            "original": _row(product) if product else None,
            "media": editor.form.media,
        }
        status = 200 if request.method == "GET" else 422
        return TemplateResponse(request, "admin/catalog/product_form.html", context, status=status)

    def _context(self, request: HttpRequest, title: str) -> dict[str, Any]:
        return {**self.admin_site.each_context(request), "title": title, "opts": self.opts, "subtitle": None}

    def _demand(self, allowed: bool) -> None:
        if not allowed:
            raise PermissionDenied


def _product(product_id: str) -> Product:
    try:
        return queries.product(product_id, freshness=Freshness.STRONG)
    except queries.ProductNotFound as error:
        raise Http404(str(error)) from None


def _row(product: Product) -> CatalogProduct:
    return CatalogProduct(product_id=product.product_id, title=product.title)


def _is_own_path(path: str) -> bool:
    return path.startswith("/admin/catalog/") and "\\" not in path
