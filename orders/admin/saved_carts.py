"""People's carts as support sees them. The id that opens a cart is not shown."""

from django.contrib import admin
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from orders.models import SavedCart
from shopcloud.lib.staff import ReadOnlyAdmin


@admin.register(SavedCart)
class SavedCartAdmin(ReadOnlyAdmin):
    list_display = ("user", "units", "market", "updated_at", "reminded_at")
    list_select_related = ("user",)
    ordering = ("-pk",)
    sortable_by = ()
    search_fields = ("user",)
    search_help_text = _("The beginning of an email address")
    fields = readonly_fields = ("user", "market", "items", "items_saved", "updated_at", "reminded_at")

    def search_for(self, term: str) -> Q:
        return Q(user__email__startswith=term.lower())

    @display(description=_("units"))
    def units(self, cart: SavedCart) -> int:
        return cart.count

    @display(description=_("in the cart"))
    def items(self, cart: SavedCart) -> str:
        return ", ".join(f"{line['quantity']} × {line['sku']}" for line in cart.lines) or "-"

    @display(description=_("saved for later"))
    def items_saved(self, cart: SavedCart) -> str:
        return ", ".join(f"{line['quantity']} × {line['sku']}" for line in cart.saved) or "-"
