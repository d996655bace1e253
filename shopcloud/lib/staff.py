"""What the shop's admin pages share: pages that never count a whole table, and rows that only services change."""

from typing import Any, TypeVar

from django.core.paginator import Paginator
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest
from django.utils.functional import cached_property
from unfold.admin import ModelAdmin
from unfold.views import ChangeList

from shopcloud.lib import replica

MOST_LISTED = 2_000
Row = TypeVar("Row", bound=Model)


class BoundedPaginator(Paginator):  # type: ignore[type-arg]
    """Counts no further than MOST_LISTED, so that a list costs the same over a thousand orders and ten million."""

    @cached_property
    def count(self) -> int:  # type: ignore[override]
        rows: Any = self.object_list
        return int(rows.order_by()[:MOST_LISTED].count())


def named_by(object_id: Any, rows: QuerySet[Row]) -> Row | None:
    """The row that a dialog's address names by its number; None where it names none."""
    text = str(object_id)
    return rows.filter(pk=int(text)).first() if text.isascii() and text.isdigit() and len(text) < 19 else None


class HistoryList(ChangeList):  # type: ignore[misc]
    """A list that may come from the replica, never older than what its reader did themselves.

    What is acted upon (a POST of the list) is read from the primary.
    """

    def get_queryset(self, request: HttpRequest, exclude_parameters: Any = None) -> QuerySet[Model]:
        found: QuerySet[Model] = super().get_queryset(request, exclude_parameters)
        return found.using(replica.alias(person=request.user.pk)) if request.method == "GET" else found


class StaffAdmin(ModelAdmin):  # type: ignore[misc]
    """A list without full counts, searched by `search_for`, which must name indexed columns."""

    paginator = BoundedPaginator
    show_full_result_count = False
    list_per_page = 50
    list_max_show_all = 0
    list_filter_submit = True
    compressed_fields = True
    warn_unsaved_form = True

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        shown = super().get_changelist_instance(request)
        # There is no full count to compare with.
        shown.full_result_count = shown.result_count
        return shown

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> Any:
        return HistoryList

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest) -> bool:
        """Only what a filter of the list offers: `?token__startswith=` would tell a secret letter by letter."""
        name = lookup.partition("__")[0]
        is_column = any(field.name == name for field in self.model._meta.get_fields())
        if "\x00" in str(value) or (is_column and name not in self._filtered()):
            return False
        return bool(super().lookup_allowed(lookup, value, request))

    def _filtered(self) -> set[str]:
        """What the filters of the list call themselves in its address."""
        offered = [entry[0] if isinstance(entry, tuple | list) else entry for entry in self.list_filter]
        names = [entry if isinstance(entry, str) else entry.parameter_name or "" for entry in offered]
        return {name.partition("__")[0] for name in [*names, self.date_hierarchy or ""]}

    def search_for(self, term: str) -> Q:
        """The rows a search word means."""
        return Q()

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Model], search_term: str
    ) -> tuple[QuerySet[Model], bool]:
        term = search_term.replace("\x00", "").strip()
        return (queryset.filter(self.search_for(term)) if term else queryset), False


class ReadOnly:
    """Rows that are looked at here and changed by services alone."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ReadOnlyAdmin(ReadOnly, StaffAdmin):
    """A list and a page to look at."""
