"""Gift cards: issued here, blocked here; their money moves with orders alone."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import Q
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import RangeDateFilter
from unfold.decorators import display

from orders import gift_cards
from orders.admin.inlines import Together
from orders.admin.promotion_forms import IssueForm
from orders.models import GiftCard, GiftCardEntry
from orders.services.issue_gift_card import issue_gift_card
from shopcloud.lib import clock
from shopcloud.lib.staff import StaffAdmin

STATES = {"valid": "success", "expired": "warning", "blocked": "danger", "spent": "info"}


class EntryInline(Together):
    model = GiftCardEntry
    joined = ("card", "order")
    extra = 0
    hide_title = True
    verbose_name_plural = _("Ledger")
    fields = readonly_fields = ("at", "reason", "sum", "order")

    @display(description=_("amount"))
    def sum(self, entry: GiftCardEntry) -> str:
        return entry.card.money(entry.amount).format()


@admin.register(GiftCard)
class GiftCardAdmin(StaffAdmin):
    list_display = ("__str__", "left", "worth", "state", "expires_at", "issued_by", "issued_at")
    list_select_related = ("issued_by",)
    list_filter = ("active", ("issued_at", RangeDateFilter))
    ordering = ("-pk",)
    sortable_by = ()
    search_fields = ("last4",)
    search_help_text = _("A code, or the four letters it ends in")
    inlines = (EntryInline,)
    readonly_fields = ("left", "worth", "state", "issued_by", "issued_for", "issued_at")

    def search_for(self, term: str) -> Q:
        return Q(code_hash=gift_cards.hash_of(term) or "") | Q(last4=term.upper())

    def get_form(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        return super().get_form(request, obj, **({} if obj else {"form": IssueForm}), **kwargs)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            return [(None, {"fields": (("value", "currency"), "expires_at", "note")})]
        shown = (("left", "worth", "state"), ("active", "expires_at"), "note", ("issued_by", "issued_for", "issued_at"))
        return [(None, {"fields": shown})]

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        return self.inlines if obj else ()

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: GiftCard, form: Any, change: bool) -> None:
        if change:
            # The balance belongs to orders: only what staff may change is written.
            obj.save(update_fields=["active", "expires_at", "note"])
            return
        issued = issue_gift_card(
            value=form.cleaned_data["money"],
            expires_at=obj.expires_at,
            note=obj.note,
            author=request.user,  # type: ignore[arg-type]
            now=clock.now(),
        )
        obj.pk = issued.card.pk
        obj.refresh_from_db()
        told = gettext("The code is %(code)s. Note it now: it is not kept and cannot be shown again.")
        messages.warning(request, told % {"code": issued.code})

    @display(description=_("balance"))
    def left(self, card: GiftCard) -> str:
        return card.money(card.balance).format()

    @display(description=_("value"))
    def worth(self, card: GiftCard) -> str:
        return card.money(card.initial).format()

    @display(description=_("status"), label=STATES)
    def state(self, card: GiftCard) -> str:
        if not card.active:
            return gettext("blocked")
        if card.expires_at and card.expires_at <= clock.now():
            return gettext("expired")
        return gettext("valid") if card.balance else gettext("spent")
