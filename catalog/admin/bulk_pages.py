"""Changing many products at once: choose what, look at each product before and after, apply, and undo."""

from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.contrib import messages
from django.contrib.admin.models import CHANGE as CHANGED
from django.contrib.admin.models import LogEntry
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import ngettext

from catalog import history, queries, services
from catalog.admin.bulk_changes import FORMS, planned
from catalog.admin.pages import LIST, gone_places, row_of
from catalog.admin.shown import Shown, shown
from catalog.bulk import DOUBTED, MEANWHILE
from catalog.category_redirects import in_their_places
from catalog.differences import differences
from catalog.domain import Freshness, Product
from catalog.records import product_from
from shopcloud.lib import clock

MOST = 500
EDIT = "admin:catalog_catalogproduct_bulkedit"
IN_DOUBT = "The catalog gave no answer for %s. Look at them in a moment, before you change them again."
TOO_MANY = f"Choose {MOST} products at most: narrow the list down, or edit them in several parts."
_SAVED = {
    "Bulk edit.": lambda n: ngettext("%d product was changed.", "%d products were changed.", n) % n,
    "Bulk edit undone.": lambda n: ngettext("%d product is as it was.", "%d products are as they were.", n) % n,
}


@dataclass(frozen=True, slots=True)
class Edited:
    """What a bulk edit did to a product. `touched`: somebody saved it since, so undoing leaves it alone."""

    product: Product
    changes: list[Shown]
    touched: bool


class BulkPages:
    def __init__(self, admin: Any) -> None:
        self.admin = admin

    def edit(self, request: HttpRequest) -> HttpResponse:
        """The three steps of an edit; each sends its products on to the next, with the versions that were shown."""
        self.admin.demand(self.admin.has_change_permission(request))
        chosen = _chosen(request)
        if not chosen:
            messages.warning(request, "Choose products first.")
            return redirect(LIST)
        if len(chosen) > MOST:
            messages.error(request, TOO_MANY)
            return redirect(LIST)
        kind = request.POST.get("change", "")
        bound = FORMS[kind](request.POST) if kind in FORMS else None
        if bound is None or not bound.is_valid():
            return self._choose(request, chosen, {kind: bound} if bound else {})
        return self._apply(request, bound, chosen) if "apply" in request.POST else self._preview(request, bound, chosen)

    def done(self, request: HttpRequest, edit: UUID) -> HttpResponse:
        """What a bulk edit did; sent back, it is undone."""
        self.admin.demand(self.admin.has_change_permission(request))
        written = history.versions_by_edit(edit)
        if not written:
            raise Http404(f"There is no bulk edit {edit}.")
        if request.method == "POST":
            before = in_their_places(replace(was, version=row.version) for row, was in written if was)
            edited = {row.product_id: product_from(row.record) for row, _was in written}
            gone = gone_places((product, edited[product.product_id]) for product in before)
            back = [product for product in before if product.product_id not in gone]
            return self._save(request, back, gone, "Bulk edit undone.", edited)
        now = queries.products_by_id((row.product_id for row, _was in written), freshness=Freshness.STRONG)
        rows = [_edited(row, was, now) for row, was in written]
        context = {
            **self.admin.context(request, "Bulk edit"),
            "author": written[0][0].author,
            "saved_at": written[0][0].saved_at,
            "rows": rows,
            "left": sum(not row.touched for row in rows),
        }
        return TemplateResponse(request, "admin/catalog/product_bulk_done.html", context)

    def _choose(self, request: HttpRequest, chosen: dict[str, int], bound: dict[str, forms.Form]) -> HttpResponse:
        context = {
            **self.admin.context(request, "Bulk edit"),
            "chosen": chosen,
            "forms": {kind: bound.get(kind) or form() for kind, form in FORMS.items()},
        }
        return TemplateResponse(
            request, "admin/catalog/product_bulk_choose.html", context, status=422 if bound else 200
        )

    def _preview(self, request: HttpRequest, form: Any, chosen: dict[str, int]) -> HttpResponse:
        found = queries.products_by_id(chosen, freshness=Freshness.STRONG)
        rows = planned(form.change(), found.values())
        context = {
            **self.admin.context(request, "Bulk edit"),
            "kind": request.POST["change"],
            "form": form,
            "rows": [row for row in rows if row.after],
            "refused": [row for row in rows if not row.after],
            "gone": [product_id for product_id in chosen if product_id not in found],
        }
        return TemplateResponse(request, "admin/catalog/product_bulk_preview.html", context)

    def _apply(self, request: HttpRequest, form: Any, chosen: dict[str, int]) -> HttpResponse:
        """Only onto the versions that were shown: what somebody changed meanwhile is left alone, and named."""
        found = queries.products_by_id(chosen, freshness=Freshness.STRONG)
        same = [product for product in found.values() if product.version == chosen[product.product_id]]
        rows = planned(form.change(), same)
        why = dict.fromkeys(chosen, MEANWHILE) | {product.product_id: "" for product in same}
        why |= {row.product.product_id: row.reason for row in rows}
        return self._save(request, [row.after for row in rows if row.after], why, "Bulk edit.", found)

    def _save(
        self, request: HttpRequest, products: list[Product], why: dict[str, str], said: str,
        known: dict[str, Product] | None = None,
    ) -> HttpResponse:  # fmt: skip
        edit = uuid4()
        saved, refused = services.edit_products(products=products, now=clock.now(), author=request.user.pk, edit=edit)
        titles = {p.product_id: p.title for p in (*products, *(known or {}).values())}
        skipped = {product_id: reason for product_id, reason in {**why, **refused}.items() if reason}
        doubted = [f"“{titles.get(pid, pid)}”" for pid, reason in skipped.items() if reason == DOUBTED]
        named = [f"“{titles.get(pid, pid)}” ({reason})" for pid, reason in skipped.items() if reason != DOUBTED]
        if named:
            messages.warning(request, f"Left as they are: {'; '.join(named)}.")
        if doubted:
            messages.warning(request, IN_DOUBT % ", ".join(doubted))
        if not saved:
            if not doubted:
                messages.info(request, "No product was changed.")
            return redirect(LIST)
        LogEntry.objects.log_actions(request.user.pk, [row_of(p) for p in saved], CHANGED, said)  # type: ignore[arg-type]
        messages.success(request, _SAVED[said](len(saved)))
        return redirect(EDIT, edit)


def _chosen(request: HttpRequest) -> dict[str, int]:
    """Id -> the version that was shown, 0 on the way from the list. One more than may be chosen is enough to know."""
    if request.POST.get("matching"):
        wanted = {name: request.POST.get(name, "").strip()[:200] for name in ("q", "status", "category")}
        found = queries.list_for_staff(
            text=wanted["q"], status=wanted["status"], category=wanted["category"], limit=MOST + 1, literally=True
        )
        return {card.product_id: 0 for card in found.cards}
    parts = [given.partition(":") for given in request.POST.getlist("product")[: MOST + 1]]
    return {pid: int(v) if v.isdecimal() and len(v) < 10 else 0 for pid, _colon, v in parts if pid}


def _edited(row: history.ProductVersion, was: Product | None, now: dict[str, Product]) -> Edited:
    written = product_from(row.record)
    changes = shown(differences(theirs=was, yours=written, was=was), was, written) if was else []
    current = now.get(row.product_id)
    return Edited(written, changes, touched=was is None or current is None or current.version != row.version)
