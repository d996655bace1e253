"""Downloads that buyers may fetch. The token that fetches them is shown to nobody."""

from django.contrib import admin
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from orders.models import DownloadGrant
from shopcloud.lib import clock
from shopcloud.lib.staff import ReadOnlyAdmin

STATES = {"fetched": "success", "open": "info", "expired": "danger"}


@admin.register(DownloadGrant)
class DownloadGrantAdmin(ReadOnlyAdmin):
    list_display = ("number", "title", "state", "expires_at", "redeemed_at")
    list_select_related = ("line__order",)
    ordering = ("-pk",)
    sortable_by = ()
    search_fields = ("line",)
    search_help_text = _("An order number")
    fields = readonly_fields = ("number", "title", "state", "created_at", "expires_at", "redeemed_at")

    def search_for(self, term: str) -> Q:
        return Q(line__order__number=term.upper())

    @display(description=_("order"))
    def number(self, grant: DownloadGrant) -> str:
        return grant.line.order.number

    @display(description=_("file"))
    def title(self, grant: DownloadGrant) -> str:
        return grant.line.title

    @display(description=_("status"), label=STATES)
    def state(self, grant: DownloadGrant) -> str:
        if grant.redeemed_at:
            return gettext("fetched")
        return gettext("open") if grant.expires_at > clock.now() else gettext("expired")
