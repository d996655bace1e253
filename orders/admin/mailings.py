"""Mails about orders: what was sent, what waits, what failed for good and why."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import action, display

from orders import mailings
from orders.models import Mailing
from orders.models.mailing import MAX_ATTEMPTS
from shopcloud.lib import clock
from shopcloud.lib.staff import ReadOnlyAdmin

STATES = {"sent": "success", "waiting": "info", "failed": "danger"}


class StateFilter(admin.SimpleListFilter):
    title = gettext_lazy("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("failed", _("failed")), ("waiting", _("waiting")), ("sent", _("sent"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Mailing]) -> QuerySet[Mailing]:
        if self.value() == "failed":
            return queryset.filter(sent_at__isnull=True, attempts__gte=MAX_ATTEMPTS)
        if self.value() == "waiting":
            return queryset.filter(sent_at__isnull=True, attempts__lt=MAX_ATTEMPTS)
        return queryset.filter(sent_at__isnull=False) if self.value() == "sent" else queryset


@admin.register(Mailing)
class MailingAdmin(ReadOnlyAdmin):
    list_display = ("kind", "order", "state", "attempts", "due_at", "sent_at", "last_error")
    list_select_related = ("order",)
    list_filter = (StateFilter,)
    ordering = ("-pk",)
    sortable_by = ()
    search_fields = ("order__number",)
    search_help_text = gettext_lazy("An order number")
    fields = ("order", "kind", "about", "state", "attempts", "due_at", "claimed_at", "sent_at", "last_error")
    readonly_fields = ("state",)
    actions = ("send_again",)

    def search_for(self, term: str) -> Q:
        return Q(order__number=term.upper())

    def has_retry_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return bool(request.user.has_perm("orders.add_ordernote"))

    @display(description=gettext_lazy("state"), label=STATES)
    def state(self, mailing: Mailing) -> str:
        if mailing.sent_at:
            return _("sent")
        return _("failed") if mailing.is_dead else _("waiting")

    @action(description=gettext_lazy("Try failed mails again"), permissions=["retry"])
    def send_again(self, request: HttpRequest, queryset: QuerySet[Mailing]) -> None:
        tried = [mailing for mailing in queryset if mailings.retry(mailing_id=mailing.pk, now=clock.now())]
        for mailing in tried:
            self.log_change(request, mailing, _("Put back in the queue."))
        messages.success(request, _("%(number)d mails will be sent within a minute or two.") % {"number": len(tried)})
