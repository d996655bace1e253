"""What staff changed, for administrators: looked for, read line by line, and taken along as a table."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import NoReverseMatch, path, reverse
from django.views.decorators.http import require_safe

from shopcloud.lib.audit import AuditEntry
from shopcloud.lib.sheets import csv_text
from shopcloud.lib.staff import ReadOnlyAdmin
from shopcloud.wiring.audit_lines import Read, lines, read
from shopcloud.wiring.audit_search import AuditForm, everything, page

MOST_ROWS = 10_000
_LIST = "admin:platform_auditentry_changelist"
HEAD = ("at", "who", "action", "how", "what", "id", "name", "field", "before", "after", "request")


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnlyAdmin):
    fields = readonly_fields = ("at", "actor_id", "action", "request_id", "model", "object_id", "name", "kind", "told")

    def get_urls(self) -> list[Any]:
        wrap = self.admin_site.admin_view
        own = [
            path("file/", wrap(require_safe(self.file)), name="platform_auditentry_file"),
            path("of/<str:label>/<path:key>/", wrap(require_safe(self.of)), name="platform_auditentry_of"),
        ]
        return [*own, *super().get_urls()]

    def of(self, request: HttpRequest, label: str, key: str) -> HttpResponse:
        """To what was changed of one thing; for the links on things' own pages."""
        self._demand(request)
        return redirect(f"{reverse(_LIST)}?{urlencode({'model': label, 'object_id': key})}")

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        self._demand(request)
        form = AuditForm(request.GET)
        found = page(form.found(), after=request.GET.get("after", "")) if form.is_valid() else None
        told = read(found.entries) if found else []
        asked = {name: said for name, said in request.GET.items() if name in form.fields and said}
        context = {
            **self.admin_site.each_context(request),
            "title": "Changes by staff",
            "opts": self.opts,
            "form": form,
            "told": [{"read": one, "page": _page_of(one)} for one in told],
            "asked": urlencode(asked),
            "next": found.next if found else "",
            "most": MOST_ROWS,
        }
        status = 200 if found else 422
        return TemplateResponse(request, "admin/platform/changes.html", context, status=status)

    def file(self, request: HttpRequest) -> HttpResponse:
        """What was found as a table: a row for each place that differs, of the newest entries."""
        self._demand(request)
        form = AuditForm(request.GET)
        if not form.is_valid():
            return HttpResponse("Nothing can be found with this.", status=422, content_type="text/plain")
        entries = list(everything(form.found(), most=MOST_ROWS))
        headers = {"Content-Disposition": 'attachment; filename="changes.csv"'}
        rows = [HEAD, *(row for one in read(entries) for row in _rows(one))]
        return HttpResponse(csv_text(rows), content_type="text/csv; charset=utf-8", headers=headers)

    @admin.display(description="changes")
    def told(self, entry: AuditEntry) -> str:
        return "\n".join(f"{one.name}: {one.before or '–'} → {one.after or '–'}" for one in lines(entry))

    def _demand(self, request: HttpRequest) -> None:
        if not self.has_view_permission(request):
            raise PermissionDenied


def _page_of(told: Read) -> str:
    """Where the thing stands in the admin; empty where it has no page, or is gone."""
    if told.entry.kind == AuditEntry.Kind.DELETED:
        return ""
    try:
        return reverse(f"admin:{told.entry.model.replace('.', '_')}_change", args=[told.entry.object_id])
    except NoReverseMatch:
        return ""


def _rows(told: Read) -> list[tuple[object, ...]]:
    entry = told.entry
    begin = (entry.at.isoformat(), told.person, entry.action, entry.kind, entry.model, entry.object_id, entry.name)
    return [(*begin, one.name, one.before or "", one.after or "", entry.request_id) for one in told.lines]
