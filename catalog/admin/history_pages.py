"""The history of a product: who saved which version, what it changed, and bringing one back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.admin.models import LogEntry
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse

from catalog import history, services
from catalog.admin.pages import HISTORY, gone_places, product_of, row_of
from catalog.admin.shown import Shown, shown
from catalog.admin.sku_owners import refuse_taken
from catalog.category_redirects import in_their_places
from catalog.differences import brought, differences
from catalog.domain import InvalidProduct, Product
from catalog.records import product_from
from catalog.repository import VersionConflict
from shopcloud.lib import clock

LOGGED = 50


@dataclass(frozen=True, slots=True)
class Entry:
    """A version beside the one before it; `changes` is None where that one is not kept."""

    version: int
    saved_at: datetime
    author: Any
    edit: UUID | None
    changes: list[Shown] | None


class HistoryPages:
    def __init__(self, admin: Any) -> None:
        self.admin = admin

    def page(self, request: HttpRequest, object_id: str) -> HttpResponse:
        self.admin.demand(self.admin.has_view_permission(request))
        product = product_of(object_id)
        log = LogEntry.objects.filter(content_type__app_label="catalog", content_type__model="catalogproduct")
        context = {
            **self.admin.context(request, product.title),
            "product": product,
            "entries": _entries(product, history.versions_of(object_id)),
            "kept": history.KEPT,
            "log": log.filter(object_id=object_id).select_related("user").order_by("-action_time")[:LOGGED],
            "may_change": self.admin.has_change_permission(request),
        }
        return TemplateResponse(request, "admin/catalog/product_history.html", context)

    def version(self, request: HttpRequest, object_id: str, version: int) -> HttpResponse:
        """What bringing a version back would change; sent back, it does."""
        self.admin.demand(self.admin.has_change_permission(request))
        product, earlier = product_of(object_id), history.version_of(object_id, version)
        if earlier is None:
            raise Http404(f"Version {version} of {object_id} is not kept.")
        (earlier,) = in_their_places([earlier])
        errors = self._bring_back(request, earlier, product) if request.method == "POST" else []
        if errors is None:
            return redirect(HISTORY, object_id)
        if errors:
            product = product_of(object_id)
        context = {
            **self.admin.context(request, product.title),
            "product": product,
            "version": version,
            "changes": shown(differences(theirs=product, yours=earlier, was=product), product, earlier),
            "errors": errors,
        }
        return TemplateResponse(request, "admin/catalog/product_version.html", context, status=409 if errors else 200)

    def _bring_back(self, request: HttpRequest, earlier: Product, stored: Product) -> Sequence[str] | None:
        """None when it is done; else what stands in the way."""
        seen = request.POST.get("seen", "")
        expected = int(seen) if seen.isdecimal() and len(seen) < 10 else 0
        if gone_places([(earlier, stored)]):
            return [f"The category {earlier.category} of that version is gone; it cannot be brought back whole."]
        try:
            refuse_taken(earlier, stored)
            saved = services.save_product(
                product=brought(earlier, stored), expected_version=expected, now=clock.now(), author=request.user.pk
            )
        except VersionConflict:
            return [
                "Somebody changed this product since you opened this page; nothing was brought back. "
                "Below is what bringing it back would change now."
            ]
        except InvalidProduct as error:
            return [f"{name}: {reason}" for name, reason in error.errors.items()]
        self.admin.log_change(request, row_of(saved), f"Brought back version {earlier.version}.")
        messages.success(request, f"Version {earlier.version} is back, as version {saved.version}.")
        return None


def _entries(product: Product, rows: list[history.ProductVersion]) -> list[Entry]:
    """Newest first. The version there is now is among them even if an import wrote it, which keeps what it replaces."""
    whole = [product_from(row.record) for row in rows]
    found = [(p, row.author, row.edit) for p, row in zip(whole, rows, strict=True)]
    if not rows or rows[0].version < product.version:
        found.insert(0, (product, None, None))
    befores: list[Product | None] = [*(p for p, _author, _edit in found[1:]), None]
    return [
        Entry(p.version, p.updated_at, author, edit, _changes(p, before))
        for (p, author, edit), before in zip(found, befores, strict=True)
    ]


def _changes(product: Product, before: Product | None) -> list[Shown] | None:
    if before is None or before.version != product.version - 1:
        return None
    return shown(differences(theirs=before, yours=product, was=before), before, product)
