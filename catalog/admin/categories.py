"""The pages of categories in the admin: the tree, a category, its move, its end; and where old addresses lead."""

from dataclasses import asdict
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.views.decorators.http import require_POST
from unfold.admin import ModelAdmin

from catalog import categories, category_edits, category_moves, queries
from catalog.admin.category_forms import CategoryEditor, MergeForm, MoveForm
from catalog.admin.category_tree import lost_in, nodes_of
from catalog.admin.forms import STORE_AWAY
from catalog.categories import Tree
from catalog.category_moves import CategoryRefused
from catalog.domain import CATEGORY, DEEPEST, Category
from catalog.models import CatalogCategory, CategoryRedirect
from catalog.repository import CatalogUnavailable
from media import services as media
from shopcloud.lib import audit, clock
from shopcloud.lib.staff import ReadOnly, StaffAdmin

TREE = "admin:catalog_catalogcategory_changelist"
_PAGES = "admin/catalog/category_{}.html"


@admin.register(CatalogCategory)
class CategoryAdmin(ModelAdmin):  # type: ignore[misc]
    """The tree lives in DynamoDB; here are its pages and permissions."""

    def get_urls(self) -> list[Any]:
        wrap, name = self.admin_site.admin_view, "catalog_catalogcategory"
        return [
            path("", wrap(self.tree_page), name=f"{name}_changelist"),
            path("add/", wrap(self.add_page), name=f"{name}_add"),
            path("order/", wrap(require_POST(self.put_in_order)), name=f"{name}_order"),
            path("moves/<int:pk>/", wrap(require_POST(self.try_again)), name=f"{name}_again"),
            path("<path:object_id>/change/", wrap(self.change_page), name=f"{name}_change"),
            path("<path:object_id>/move/", wrap(self.move_page), name=f"{name}_move"),
            path("<path:object_id>/delete/", wrap(self.delete_page), name=f"{name}_delete"),
        ]

    def tree_page(self, request: HttpRequest) -> HttpResponse:
        self._demand(self.has_view_permission(request))
        tree = _tree_now()
        context = {
            "nodes": nodes_of(tree, queries.category_counts()),
            "known": tree.known,
            "lost": lost_in(tree),
            "move": category_moves.latest(),
            "attempts": category_moves.MAX_ATTEMPTS,
            "may_add": self.has_add_permission(request),
            "may_change": self.has_change_permission(request),
            "may_delete": self.has_delete_permission(request),
        }
        return self._page(request, "tree", "Categories", context)

    def add_page(self, request: HttpRequest) -> HttpResponse:
        self._demand(self.has_add_permission(request))
        parent = request.GET.get("parent", "")
        if parent and (not CATEGORY.fullmatch(parent) or _category(parent).depth >= DEEPEST):
            raise Http404(f"Nothing can be made in {parent}.")
        if request.method != "POST":
            return self._form(request, CategoryEditor(None, parent=parent))
        return self._save(request, CategoryEditor(None, parent=parent, data=request.POST, files=request.FILES))

    def change_page(self, request: HttpRequest, object_id: str) -> HttpResponse:
        self._demand(self.has_view_permission(request))
        if request.method != "POST":
            return self._form(request, CategoryEditor(_category(object_id)))
        self._demand(self.has_change_permission(request))
        return self._save(request, CategoryEditor(_category(object_id), data=request.POST, files=request.FILES))

    def put_in_order(self, request: HttpRequest) -> HttpResponse:
        """The whole order of one parent's categories, or one of them a place up or down."""
        self._demand(self.has_change_permission(request))
        by_script = "application/json" in request.headers.get("Accept", "")
        try:
            parent, paths = _wanted_order(request)
            was = [category.path for category in categories.fresh().by_parent.get(parent, [])]
            category_edits.order(parent=parent, paths=paths)
            told = {"model": "catalog.catalogcategory", "object_id": parent, "name": parent or "The departments"}
            audit.note(**told, before={"order": was}, after={"order": paths})
        except CategoryRefused as error:
            if by_script:
                return JsonResponse({"error": str(error)}, status=409)
            messages.error(request, str(error))
        return HttpResponse(status=204) if by_script else redirect(TREE)

    def move_page(self, request: HttpRequest, object_id: str) -> HttpResponse:
        self._demand(self.has_change_permission(request))
        category = _category(object_id)
        form = MoveForm(request.POST if request.method == "POST" else None, categories.fresh(), object_id)
        if request.method == "POST" and form.is_valid():
            try:
                return self._start(request, category, form.target())
            except CategoryRefused as error:
                form.add_error(None, str(error))
        context = {"category": category, "form": form, "count": queries.category_counts().get(object_id)}
        return self._page(request, "move", f"Move {category.name}", context, wrong=bool(form.errors))

    def delete_page(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Takes an empty category away; of one with products, says so and offers to move them elsewhere first."""
        self._demand(self.has_delete_permission(request))
        category = _category(object_id)
        form = MergeForm(request.POST if "into" in request.POST else None, categories.fresh(), object_id)
        why = _why_not(object_id)
        try:
            if request.method == "POST" and "into" not in request.POST:
                return self._delete(request, category)
            if form.is_bound and form.is_valid():
                return self._start(request, category, form.cleaned_data["into"], merge=True)
        except CategoryRefused as error:
            why = error
        has_products = isinstance(why, category_edits.CategoryHasProducts) or form.is_bound
        context = {"category": category, "form": form, "why": why, "has_products": has_products}
        return self._page(request, "delete", f"Delete {category.name}", context, wrong=request.method == "POST")

    def try_again(self, request: HttpRequest, pk: int) -> HttpResponse:
        self._demand(self.has_change_permission(request))
        if category_moves.try_again(move_id=pk):
            messages.success(request, "The move goes on.")
        return redirect(TREE)

    # -- what they share -----------------------------------------------------------------------------------------

    def _save(self, request: HttpRequest, editor: CategoryEditor) -> HttpResponse:
        if not editor.is_valid():
            return self._form(request, editor)
        try:
            category = editor.edited()
            if editor.category is None:
                category_edits.create(category)
                _note(None, category)
                self.log_addition(request, _row(category), [{"added": {}}])
            else:
                category_edits.edit(category)
                _note(editor.category, category)
                self.log_change(request, _row(category), [{"changed": {}}])
        except (CategoryRefused, media.RefusedUpload) as error:
            editor.refused.append(str(error))
            return self._form(request, editor)
        except media.MediaUnavailable:
            editor.refused.append(STORE_AWAY)
            return self._form(request, editor)
        messages.success(request, f"“{category.name}” was saved.")
        return redirect(TREE)

    def _start(self, request: HttpRequest, category: Category, target: str, *, merge: bool = False) -> HttpResponse:
        category_moves.start(old=category.path, new=target, merge=merge, author=request.user.pk, now=clock.now())
        audit.note(**_named(category), before={"path": category.path}, after={"path": target, "merged": merge})
        self.log_change(request, _row(category), f"Moved to {target}.")
        messages.success(request, f"{category.path} is being moved to {target}. Its products follow in the background.")
        return redirect(TREE)

    def _delete(self, request: HttpRequest, category: Category) -> HttpResponse:
        category_edits.delete(category.path)
        _note(category, None)
        self.log_deletions(request, [_row(category)])
        messages.success(request, f"“{category.name}” was deleted.")
        return redirect(TREE)

    def _form(self, request: HttpRequest, editor: CategoryEditor) -> HttpResponse:
        category = editor.category
        context = {
            "editor": editor,
            "category": category,
            "parent": editor.parent,
            "may_save": self.has_change_permission(request) if category else True,
            "may_delete": category and self.has_delete_permission(request),
        }
        title = category.name if category else "Add category"
        return self._page(request, "form", title, context, wrong=request.method == "POST")

    def _page(
        self, request: HttpRequest, name: str, title: str, context: dict[str, Any], *, wrong: bool = False
    ) -> HttpResponse:
        shared = {**self.admin_site.each_context(request), "title": title, "opts": self.opts, "subtitle": None}
        return TemplateResponse(request, _PAGES.format(name), {**shared, **context}, status=422 if wrong else 200)

    def _demand(self, allowed: bool) -> None:
        if not allowed:
            raise PermissionDenied


def _tree_now() -> Tree:
    """Staff see their own changes at once, whichever process answers; the last known tree while DynamoDB is away."""
    try:
        return categories.fresh()
    except CatalogUnavailable:
        return categories.current()


def _category(path: str) -> Category:
    found = categories.fresh().by_path.get(path)
    if found is None:
        raise Http404(f"There is no category {path}.")
    return found


def _why_not(path: str) -> CategoryRefused | None:
    try:
        category_edits.check_empty(path)
    except CategoryRefused as error:
        return error
    return None


def _wanted_order(request: HttpRequest) -> tuple[str, list[str]]:
    for name, step in (("up", -1), ("down", 1)):
        if moved := request.POST.get(name):
            parent = moved.rpartition("/")[0]
            return parent, _stepped([c.path for c in categories.fresh().by_parent.get(parent, [])], moved, step)
    return request.POST.get("parent", ""), request.POST.getlist("path")


def _stepped(paths: list[str], moved: str, step: int) -> list[str]:
    if moved not in paths:
        return []
    place = paths.index(moved)
    paths.insert(min(max(place + step, 0), len(paths) - 1), paths.pop(place))
    return paths


def _note(before: Category | None, after: Category | None) -> None:
    """Categories are no rows: what staff changed of one is said here."""
    was, become = (asdict(one) if one else {} for one in (before, after))
    if told := after or before:
        audit.note(**_named(told), before=was, after=become)


def _named(category: Category) -> dict[str, str]:
    return {"model": "catalog.catalogcategory", "object_id": category.path, "name": category.name}


def _row(category: Category) -> CatalogCategory:
    return CatalogCategory(path=category.path, name=category.name)


@admin.register(CategoryRedirect)
class CategoryRedirectAdmin(ReadOnly, StaffAdmin):
    """Moves make these; one that is not wanted any more may be removed."""

    list_display = ("__str__", "new", "created_at")
    search_fields = ("old",)

    def search_for(self, term: str) -> Q:
        return Q(old__startswith=term.removeprefix("/c/").strip("/"))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.has_perm("catalog.delete_categoryredirect"))
