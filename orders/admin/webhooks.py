"""The inbox of providers' events, to look at."""

from django.contrib import admin
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from orders.models import WebhookEvent
from shopcloud.lib.staff import ReadOnlyAdmin


@admin.register(WebhookEvent)
class WebhookEventAdmin(ReadOnlyAdmin):
    list_display = ("event_id", "gateway", "kind", "received_at")
    ordering = ("-pk",)
    sortable_by = ()
    list_filter = ("gateway",)
    search_fields = ("event_id",)
    search_help_text = _("The provider's id of the event")
    fields = readonly_fields = ("event_id", "gateway", "kind", "received_at")

    def search_for(self, term: str) -> Q:
        return Q(event_id=term)
