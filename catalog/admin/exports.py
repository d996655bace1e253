"""Exports in the admin: staff say which products they want, a worker writes the file, and it is fetched for a month.

To see and fetch exports takes `view_productexport`; to ask for one takes `add_productexport`.
"""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.views.decorators.http import require_GET
from unfold.decorators import display

from catalog.admin.export_forms import ExportForm
from catalog.exporting import exports
from catalog.models import ProductExport
from shopcloud.lib import clock
from shopcloud.lib.staff import ReadOnlyAdmin, named_by

PAGE = "admin:catalog_productexport_change"
_LABELS = {"Finished": "success", "Running": "info", "Failed": "danger"}


@admin.register(ProductExport)
class ExportAdmin(ReadOnlyAdmin):
    list_display = ("name", "what", "how_it_stands", "products", "created_at")
    ordering = ("-created_at",)
    sortable_by = ()
    list_per_page = 25

    def get_urls(self) -> list[Any]:
        wrap = self.admin_site.admin_view
        own = [
            path("<path:object_id>/progress/", wrap(require_GET(self.progress)), name="catalog_productexport_progress"),
            path("<path:object_id>/file/", wrap(require_GET(self.file)), name="catalog_productexport_file"),
        ]
        return [*own, *super().get_urls()]

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.has_perm("catalog.add_productexport"))

    @display(description="state", label=_LABELS)
    def how_it_stands(self, row: ProductExport) -> str:
        return row.get_state_display()

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """Opened from the list of products, it takes over what narrows that list."""
        self._demand(self.has_add_permission(request))
        if request.method != "POST":
            asked = {name: request.GET.get(name, "")[:200] for name in ("q", "status", "category")}
            return self._page(request, "export_ask.html", "Export products", form=ExportForm(initial=asked))
        form = ExportForm(request.POST)
        if not form.is_valid():
            return self._page(request, "export_ask.html", "Export products", form=form)
        row = exports.ask(
            kind=form.cleaned_data["format"], choice=form.choice(), author_id=request.user.pk, now=clock.now()
        )
        self.log_addition(request, row, f"Asked for: {row.what}."[:200])
        return redirect(PAGE, row.pk)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """How far the export is, then where to fetch its file."""
        row = self._row(request, object_id)
        return self._page(request, "export_run.html", row.name, **_standing(row))

    def progress(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The part of the page that follows a running export."""
        return TemplateResponse(request, "admin/catalog/export_progress.html", _standing(self._row(request, object_id)))

    def file(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """On to the file, by a link that soon expires."""
        row = self._row(request, object_id)
        link = exports.link_to(row)
        if link is None:
            messages.warning(request, "There is no file to download.")
            return redirect(PAGE, row.pk)
        answer = redirect(link)
        answer["Cache-Control"] = "private, no-store"
        return answer

    def _row(self, request: HttpRequest, object_id: str) -> ProductExport:
        self._demand(self.has_view_permission(request))
        row = named_by(object_id, ProductExport.objects.all())
        if row is None:
            raise Http404("There is no such export.")
        return row

    def _page(self, request: HttpRequest, template: str, title: str, **more: Any) -> HttpResponse:
        form = more.get("form")
        context = {
            **self.admin_site.each_context(request),
            "title": title,
            "subtitle": None,
            "opts": self.opts,
            "may_add": self.has_add_permission(request),
            **more,
        }
        status = 422 if form is not None and form.errors else 200
        return TemplateResponse(request, f"admin/catalog/{template}", context, status=status)

    def _demand(self, allowed: bool) -> None:
        if not allowed:
            raise PermissionDenied


def _standing(row: ProductExport) -> dict[str, Any]:
    return {"row": row, "is_too_large": row.is_ready and not exports.fits_an_import(row)}
