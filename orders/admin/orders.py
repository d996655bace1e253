"""Orders: found by number or email, read in full, moved on by buttons."""

from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import ChoicesCheckboxFilter, RangeDateFilter
from unfold.decorators import display

from orders.admin import labels
from orders.admin.draft_pages import DraftPages
from orders.admin.inlines import FulfilmentInline, LineInline, PaymentInline, ReturnInline
from orders.admin.invoices import InvoiceInline
from orders.admin.order_actions import OrderActions
from orders.models import Order
from orders.pricing.promotions.reduction import Reduction
from shopcloud.lib.staff import ReadOnlyAdmin


class MarketFilter(admin.SimpleListFilter):
    title = _("market")
    parameter_name = "market"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("us", "United States"), ("uk", "United Kingdom"), ("de", "Deutschland"), ("fr", "France")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Order]) -> QuerySet[Order]:
        return queryset.filter(market=self.value()) if self.value() else queryset


@admin.register(Order)
class OrderAdmin(DraftPages, OrderActions, ReadOnlyAdmin):
    list_display = ("number", "email", "state", "money_state", "goods_state", "sum", "market", "placed_at")
    list_display_links = ("number",)
    list_filter = (
        ("status", ChoicesCheckboxFilter),
        ("payment_status", ChoicesCheckboxFilter),
        ("fulfilment_status", ChoicesCheckboxFilter),
        MarketFilter,
        ("placed_at", RangeDateFilter),
    )
    # The buyer's page opens with a token that staff do not hold.
    view_on_site = False
    ordering = ("-placed_at",)
    sortable_by = ("placed_at",)
    search_fields = ("number",)
    search_help_text = _("An order number, or the beginning of an email address")
    inlines = (LineInline, FulfilmentInline, ReturnInline, PaymentInline, InvoiceInline)
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("number", "state"),
                    ("money_state", "goods_state"),
                    ("email", "user"),
                    ("placed_at", "market"),
                )
            },
        ),
        (
            _("Amounts"),
            {
                "fields": (
                    ("subtotal_shown", "discount_shown"),
                    ("shipping_shown", "tax_shown"),
                    ("sum", "gift_card_shown"),
                    "offers",
                )
            },
        ),
        (
            _("Tax"),
            {"fields": (("tax_country", "tax_region"), ("company", "vat_id"), ("reverse_charge", "vat_id_check"))},
        ),
        (_("Delivery"), {"fields": ("address", ("shipping_method", "tracking"))}),
        (_("Timeline"), {"fields": ("happened",), "classes": ("tab",)}),
        (_("Dates"), {"fields": (("paid_at", "fulfilled_at"), ("cancelled_at", "cancel_reason"))}),
    )
    readonly_fields = (
        "happened",
        "state",
        "money_state",
        "goods_state",
        "sum",
        "subtotal_shown",
        "discount_shown",
        "shipping_shown",
        "tax_shown",
        "gift_card_shown",
        "offers",
        "address",
    )

    def search_for(self, term: str) -> Q:
        return Q(number=term.upper()) | Q(email__startswith=term) | Q(email__startswith=term.lower())

    def get_queryset(self, request: HttpRequest) -> QuerySet[Order]:
        found: QuerySet[Order] = super().get_queryset(request)
        # Knowing the token opens the order page: it stays out of what staff pages hold.
        return found.defer("access_token", "cart_id")

    @display(description=_("status"), label=labels.ORDER)
    def state(self, order: Order) -> str:
        return order.get_status_display()

    @display(description=_("payment"), label=labels.MONEY)
    def money_state(self, order: Order) -> str:
        return order.get_payment_status_display()

    @display(description=_("goods"), label=labels.FULFILMENT)
    def goods_state(self, order: Order) -> str:
        return order.get_fulfilment_status_display()

    @display(description=_("total"))
    def sum(self, order: Order) -> str:
        return order.money(order.total).format()

    @display(description=_("subtotal"))
    def subtotal_shown(self, order: Order) -> str:
        return order.money(order.subtotal).format()

    @display(description=_("discount"))
    def discount_shown(self, order: Order) -> str:
        return order.money(order.discount).format()

    @display(description=_("shipping"))
    def shipping_shown(self, order: Order) -> str:
        return order.money(order.shipping).format()

    @display(description=_("tax"))
    def tax_shown(self, order: Order) -> str:
        shown = order.money(order.tax).format()
        return f"{shown} ({_('included')})" if order.tax_included else shown

    @display(description=_("of it by gift card"))
    def gift_card_shown(self, order: Order) -> str:
        return order.money(order.gift_card).format()

    @display(description=_("offers"))
    def offers(self, order: Order) -> str:
        return format_html_join("", "{}<br>", ((_offer(one),) for one in order.reductions))

    @display(description=_("address"))
    def address(self, order: Order) -> str:
        return format_html_join("", "{}<br>", ((line,) for line in order.address_lines))


def _offer(one: Reduction) -> str:
    name = f"{one.name} ({one.code})" if one.code else one.name
    taken = one.amount + one.shipping
    return f"{name}: −{taken.format()}" if taken.amount else name
