"""Payments and refunds. Money moves by buttons: an authorisation's here, all others on the order."""

from django.contrib import admin
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import ChoicesCheckboxFilter, RangeDateFilter
from unfold.decorators import display

from orders.admin import labels
from orders.admin.inlines import OperationInline
from orders.admin.payment_actions import PaymentActions
from orders.models import Payment, Refund
from shopcloud.lib.staff import ReadOnlyAdmin


@admin.register(Payment)
class PaymentAdmin(PaymentActions, ReadOnlyAdmin):
    list_display = ("order", "attempt", "gateway", "state", "sum", "taken", "given_back", "created_at")
    list_select_related = ("order",)
    list_filter = (("status", ChoicesCheckboxFilter), ("created_at", RangeDateFilter))
    ordering = ("-pk",)
    sortable_by = ()
    search_fields = ("provider_reference",)
    search_help_text = _("An order number or the provider's reference")
    fields = (
        "order",
        "attempt",
        "gateway",
        "state",
        "sum",
        "taken",
        "given_back",
        "authorised_until",
        "provider_reference",
        "failure",
        "created_at",
        "updated_at",
    )
    readonly_fields = ("state", "sum", "taken", "given_back")
    inlines = (OperationInline,)

    def search_for(self, term: str) -> Q:
        return Q(order__number=term.upper()) | Q(provider_reference=term)

    @display(description=_("status"), label=labels.PAYMENT)
    def state(self, payment: Payment) -> str:
        return payment.get_status_display()

    @display(description=_("amount"))
    def sum(self, payment: Payment) -> str:
        return payment.order.money(payment.amount).format()

    @display(description=_("captured"))
    def taken(self, payment: Payment) -> str:
        return payment.order.money(payment.captured).format() if payment.captured else ""

    @display(description=_("refunded"))
    def given_back(self, payment: Payment) -> str:
        return payment.order.money(payment.refunded).format() if payment.refunded else ""


@admin.register(Refund)
class RefundAdmin(ReadOnlyAdmin):
    list_display = ("number", "state", "sum", "reason", "created_at", "settled_at")
    list_select_related = ("payment__order",)
    list_filter = (("status", ChoicesCheckboxFilter), ("created_at", RangeDateFilter))
    ordering = ("-pk",)
    sortable_by = ()
    search_fields = ("provider_reference",)
    search_help_text = _("An order number")
    fields = (
        "number",
        "payment",
        "state",
        "sum",
        "reason",
        "provider_reference",
        "failure",
        "created_at",
        "settled_at",
    )
    readonly_fields = ("number", "state", "sum")

    def search_for(self, term: str) -> Q:
        return Q(payment__order__number=term.upper())

    @display(description=_("order"))
    def number(self, refund: Refund) -> str:
        return refund.payment.order.number

    @display(description=_("status"), label=labels.REFUND)
    def state(self, refund: Refund) -> str:
        return refund.get_status_display()

    @display(description=_("amount"))
    def sum(self, refund: Refund) -> str:
        return refund.total_money.format()
