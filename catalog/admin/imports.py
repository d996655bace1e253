"""Imports in the admin: a file is uploaded, its columns named, its changes looked over, then workers import it.

To see imports takes `view_productimport`; to upload, start, stop or go on with one takes `add_productimport`.
"""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.views.decorators.http import require_GET, require_POST
from unfold.decorators import display

from catalog.admin.import_forms import UploadForm, form_for
from catalog.importing import imports, looks, preview
from catalog.importing.mapping import BadMapping
from catalog.importing.progress import progress_of
from catalog.importing.rows import UnreadableFile
from catalog.look_models import ImportLook
from catalog.models import ProductImport
from shopcloud.lib import clock
from shopcloud.lib.resilience import CircuitOpen, TierUnavailable
from shopcloud.lib.sheets import csv_text
from shopcloud.lib.staff import ReadOnlyAdmin, named_by

PAGE = "admin:catalog_productimport_change"
MAPPING = "admin:catalog_productimport_mapping"
PROBLEMS_SHOWN = 25
DIED = "The file could not be read: its workers died again and again. Read it again, or split it."
_LABELS = {"Finished": "success", "Running": "info", "Failed": "danger", "Cancelled": "warning"}
_TROUBLE = (UnreadableFile, BadMapping, TierUnavailable, CircuitOpen)
_DO = {
    "look": (lambda pk: looks.ask_again(import_id=pk, now=clock.now()), "Read again.", "It was started before."),
    "start": (lambda pk: imports.confirm(import_id=pk, now=clock.now()), "Started.", "It was started before."),
    "cancel": (lambda pk: imports.cancel(import_id=pk, now=clock.now()), "Cancelled.", "It is over already."),
    "again": (lambda pk: imports.try_again(import_id=pk), "Went on.", "It runs, or is over."),
}


@admin.register(ProductImport)
class ImportAdmin(ReadOnlyAdmin):
    list_display = ("name", "how_it_stands", "products_done", "created", "updated", "failed", "created_at")
    ordering = ("-created_at",)
    sortable_by = ()
    list_per_page = 25

    def get_urls(self) -> list[Any]:
        wrap = self.admin_site.admin_view
        own = [
            path("<path:object_id>/mapping/", wrap(self.mapping_page), name="catalog_productimport_mapping"),
            path("<path:object_id>/progress/", wrap(require_GET(self.progress)), name="catalog_productimport_progress"),
            path("<path:object_id>/problems/", wrap(require_GET(self.problems)), name="catalog_productimport_problems"),
            path("<path:object_id>/do/", wrap(require_POST(self.do)), name="catalog_productimport_do"),
        ]
        return [*own, *super().get_urls()]

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.has_perm("catalog.add_productimport"))

    @display(description="state", label=_LABELS)
    def how_it_stands(self, row: ProductImport) -> str:
        return row.get_state_display()

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        self._demand(self.has_add_permission(request))
        form = UploadForm(request.POST or None, request.FILES or None) if request.method == "POST" else UploadForm()
        if request.method == "POST" and form.is_valid():
            file = form.cleaned_data["file"]
            try:
                row = imports.upload(file=file, name=file.name, author_id=request.user.pk, now=clock.now())
            except _TROUBLE as error:
                form.add_error("file", str(error))
            else:
                self.log_addition(request, row, "Uploaded.")
                return redirect(PAGE, row.pk)
        return self._page(request, "import_upload.html", "Import products", form=form)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """A draft's changes, page by page; else how far the import is and which rows were refused."""
        row = self._row(request, object_id)
        if row.state == ProductImport.State.DRAFT:
            return self._look_over(request, row)
        problems = list(row.problems.all()[: PROBLEMS_SHOWN + 1])
        return self._page(
            request, "import_run.html", row.name, row=row, progress=progress_of(row, now=clock.now()),
            problems=problems[:PROBLEMS_SHOWN], more=len(problems) > PROBLEMS_SHOWN,
        )  # fmt: skip

    def _look_over(self, request: HttpRequest, row: ProductImport) -> HttpResponse:
        number = request.GET.get("page", "")
        page = int(number) if number.isascii() and number.isdigit() and len(number) < 9 else 1
        look, diff, trouble = None, None, ""
        try:
            look = looks.look_at(row)
            if looks.needs_mapping(row, look):
                return redirect(MAPPING, row.pk)
            diff = preview.diff_of(look, page=page)
            if diff is None:
                self._have_it_read(look)
        except _TROUBLE as error:
            trouble = str(error)
        trouble = trouble or (_told(look) if look else "")
        return self._page(request, "import_diff.html", row.name, row=row, diff=diff, trouble=trouble)

    def _have_it_read(self, look: ImportLook) -> None:
        """By a worker; where what it made is gone, once more."""
        ask = looks.ask_again if look.made_at else looks.ask
        ask(import_id=look.pk, now=clock.now())

    def mapping_page(self, request: HttpRequest, object_id: str) -> HttpResponse:
        self._demand(self.has_add_permission(request))
        row = self._row(request, object_id)
        if row.state != ProductImport.State.DRAFT:
            return redirect(PAGE, row.pk)
        try:
            columns = tuple(looks.look_at(row).columns)
            samples = [[r.values.get(name, "") for name in columns] for r in preview.first_as_they_stand(row)]
        except _TROUBLE as error:
            return self._page(request, "import_diff.html", row.name, row=row, diff=None, trouble=str(error))
        form = form_for(columns, row.mapping, request.POST if request.method == "POST" else None)
        parsed, trouble = None, ""
        if request.method == "POST" and form.is_valid():
            try:
                mapping = form.mapping()
                parsed = preview.first_rows(row, mapping, now=clock.now())
                if "keep" in request.POST:
                    imports.set_mapping(import_id=row.pk, mapping=mapping)
                    return redirect(PAGE, row.pk)
            except _TROUBLE as error:
                trouble = str(error)
        return self._page(
            request, "import_mapping.html", row.name, row=row, form=form, parsed=parsed, trouble=trouble,
            columns=columns, samples=samples,
        )  # fmt: skip

    def do(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Start, cancel, or go on with an import."""
        self._demand(self.has_add_permission(request))
        row = self._row(request, object_id)
        act, said, lost = _DO.get(request.POST.get("do", ""), (None, "", ""))
        if act is None:
            raise Http404("There is no such button.")
        if act(row.pk):
            self.log_change(request, row, said)
        else:
            messages.warning(request, lost)
        return redirect(PAGE, row.pk)

    def progress(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The part of the page that follows a running import, or a file that is being read."""
        row = self._row(request, object_id)
        if row.state == ProductImport.State.DRAFT:
            return self._reading(request, row)
        context = {
            "row": row,
            "progress": progress_of(row, now=clock.now()),
            "may_add": self.has_add_permission(request),
        }
        return TemplateResponse(request, "admin/catalog/import_progress.html", context)

    def _reading(self, request: HttpRequest, row: ProductImport) -> HttpResponse:
        look = ImportLook.objects.filter(pk=row.pk).first()
        answer: HttpResponse = TemplateResponse(request, "admin/catalog/import_reading.html", {"row": row})
        if look is None or look.made_at or _told(look):
            answer["HX-Refresh"] = "true"
        return answer

    def problems(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Every refused row as CSV, no cell of which is a formula."""
        row = self._row(request, object_id)
        rows = row.problems.values_list("line", "field", "reason").iterator(chunk_size=2000)
        answer = HttpResponse(csv_text([("line", "field", "reason"), *rows]), content_type="text/csv; charset=utf-8")
        answer["Content-Disposition"] = f'attachment; filename="import-{row.pk}-problems.csv"'
        return answer

    def _row(self, request: HttpRequest, object_id: str) -> ProductImport:
        self._demand(self.has_view_permission(request))
        row = named_by(object_id, ProductImport.objects.all())
        if row is None:
            raise Http404("There is no such import.")
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


def _told(look: ImportLook) -> str:
    """Why there is nothing to look at, or ""."""
    return look.trouble or (DIED if looks.is_stuck(look) else "")
