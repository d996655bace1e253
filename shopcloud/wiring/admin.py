"""The outbox as staff see it: what could not be delivered, why, and a button that tries again."""

import json
from typing import Any

from django.contrib import admin, messages
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import action, display
from unfold.enums import ActionVariant
from unfold.forms import BaseDialogForm

from shopcloud.lib.outbox import MAX_ATTEMPTS, OutboxEvent
from shopcloud.lib.staff import ReadOnlyAdmin
from shopcloud.wiring import audit_admin as audit_admin

_PRE = '<pre class="staff-pre">{}</pre>'
STATES = {"delivered": "success", "waiting": "info", "dead letter": "danger"}


class StateFilter(admin.SimpleListFilter):
    title = gettext_lazy("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("dead", _("dead letters")), ("waiting", _("waiting")), ("delivered", _("delivered"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[OutboxEvent]) -> QuerySet[OutboxEvent]:
        if self.value() == "dead":
            return queryset.filter(relayed_at__isnull=True, attempts__gte=MAX_ATTEMPTS)
        if self.value() == "waiting":
            return queryset.filter(relayed_at__isnull=True, attempts__lt=MAX_ATTEMPTS)
        return queryset.filter(relayed_at__isnull=False) if self.value() == "delivered" else queryset


@admin.register(OutboxEvent)
class OutboxEventAdmin(ReadOnlyAdmin):
    list_display = ("event_name", "state", "attempts", "recorded_at", "reason")
    list_filter = (StateFilter,)
    ordering = ("-pk",)
    sortable_by = ()
    search_fields = ("event_name",)
    search_help_text = gettext_lazy("An event's name, e.g. OrderPaid")
    fields = readonly_fields = (
        "event_name",
        "state",
        "told",
        "recorded_at",
        "due_at",
        "relayed_at",
        "attempts",
        "delivered_to",
        "error",
    )
    actions = ("retry_chosen",)
    actions_detail = ("retry",)

    def search_for(self, term: str) -> Q:
        return Q(event_name=term)

    def has_retry_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return bool(request.user.has_perm("platform.change_outboxevent"))

    @display(description=gettext_lazy("state"), label=STATES)
    def state(self, event: OutboxEvent) -> str:
        if event.relayed_at:
            return _("delivered")
        return _("dead letter") if event.is_dead else _("waiting")

    @display(description=gettext_lazy("reason"))
    def reason(self, event: OutboxEvent) -> str:
        return event.last_error.strip().rpartition("\n")[2][:120]

    @display(description=gettext_lazy("payload"))
    def told(self, event: OutboxEvent) -> str:
        return format_html(_PRE, json.dumps(event.payload, indent=2, ensure_ascii=False))

    @display(description=gettext_lazy("error"))
    def error(self, event: OutboxEvent) -> str:
        return format_html(_PRE, event.last_error) if event.last_error else "-"

    @action(description=gettext_lazy("Deliver again"), permissions=["retry"])
    def retry_chosen(self, request: HttpRequest, queryset: QuerySet[OutboxEvent]) -> None:
        tried = [event for event in queryset if event.is_dead]
        for event in tried:
            self._retry(request, event)
        messages.success(request, _("%(number)d events will be delivered again.") % {"number": len(tried)})

    @action(
        description=gettext_lazy("Deliver again"),
        permissions=["retry"],
        icon="replay",
        variant=ActionVariant.PRIMARY,
        dialog={
            "title": gettext_lazy("Deliver this event again?"),
            "description": gettext_lazy("Only the handlers that failed run again."),
            "form_class": BaseDialogForm,
            "form_submit_text": gettext_lazy("Deliver again"),
        },
    )
    def retry(self, request: HttpRequest, form: BaseDialogForm, object_id: Any) -> HttpResponse:
        event = self.get_object(request, object_id)
        if event is None:
            raise Http404("There is no such event.")
        if event.is_dead:
            self._retry(request, event)
            messages.success(request, _("It will be delivered again."))
        else:
            messages.error(request, _("It is delivered, or still being tried."))
        return HttpResponse(headers={"HX-Redirect": reverse("admin:platform_outboxevent_change", args=[event.pk])})

    def _retry(self, request: HttpRequest, event: OutboxEvent) -> None:
        event.retry()
        self.log_change(request, event, _("Put back in the queue."))
