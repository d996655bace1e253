"""What belongs to an order, on its page."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.admin import TabularInline
from unfold.decorators import display

from orders.admin import labels
from orders.models import Fulfilment, OrderLine, Payment, PaymentOperation, ReturnLine, ReturnRequest
from shopcloud.lib.staff import ReadOnly


class Together(ReadOnly, TabularInline):  # type: ignore[misc]
    """Rows to look at, read in one statement with what they show of `joined`, and one more for each of `fetched`."""

    joined: tuple[str, ...] = ()
    fetched: tuple[str, ...] = ()

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        found: QuerySet[Any] = super().get_queryset(request)
        return (found.select_related(*self.joined) if self.joined else found).prefetch_related(*self.fetched)


class LineInline(Together):
    model = OrderLine
    joined = ("order",)
    extra = 0
    tab = True
    hide_title = True
    verbose_name_plural = _("Lines")
    fields = readonly_fields = (
        "sku",
        "title",
        "chosen",
        "quantity",
        "moved",
        "price",
        "line_discount",
        "tax_share",
        "sum",
    )

    @display(description=_("options"))
    def chosen(self, line: OrderLine) -> str:
        return line.variant_label

    @display(description=_("of these"))
    def moved(self, line: OrderLine) -> str:
        counts = (("sent", line.fulfilled), ("cancelled", line.cancelled), ("back", line.returned))
        return ", ".join(f"{n} {gettext(what)}" for what, n in (*counts, ("refunded", line.refunded)) if n)

    @display(description=_("unit price"))
    def price(self, line: OrderLine) -> str:
        return line.order.money(line.unit_price).format()

    @display(description=_("discount"))
    def line_discount(self, line: OrderLine) -> str:
        return line.order.money(line.discount).format() if line.discount else ""

    @display(description=_("tax"))
    def tax_share(self, line: OrderLine) -> str:
        shown = line.order.money(line.tax).format()
        return f"{shown} ({line.tax_label})" if line.tax_label else shown

    @display(description=_("total"))
    def sum(self, line: OrderLine) -> str:
        return line.order.money(line.total).format()


class PaymentInline(Together):
    model = Payment
    joined = ("order",)
    extra = 0
    tab = True
    hide_title = True
    show_change_link = True
    verbose_name_plural = _("Payments")
    fields = readonly_fields = ("attempt", "gateway", "state", "sum", "given_back", "provider_reference", "failure")

    @display(description=_("status"), label=labels.PAYMENT)
    def state(self, payment: Payment) -> str:
        return payment.get_status_display()

    @display(description=_("amount"))
    def sum(self, payment: Payment) -> str:
        return payment.order.money(payment.amount).format()

    @display(description=_("refunded"))
    def given_back(self, payment: Payment) -> str:
        return payment.order.money(payment.refunded).format() if payment.refunded else ""


class OperationInline(Together):
    model = PaymentOperation
    joined = ("payment__order", "author")
    extra = 0
    tab = True
    hide_title = True
    verbose_name_plural = _("Captures and voids")
    fields = readonly_fields = ("created_at", "kind", "sum", "state", "author", "failure", "settled_at")
    ordering = ("pk",)

    @display(description=_("status"), label=labels.OPERATION)
    def state(self, operation: PaymentOperation) -> str:
        return operation.get_status_display()

    @display(description=_("amount"))
    def sum(self, operation: PaymentOperation) -> str:
        return operation.payment.order.money(operation.amount).format() if operation.amount else ""


class FulfilmentInline(Together):
    model = Fulfilment
    joined = ("author",)
    fetched = ("lines__line",)
    extra = 0
    tab = True
    hide_title = True
    verbose_name_plural = _("Parcels")
    fields = readonly_fields = ("shipped_at", "contents", "carrier", "tracking", "author")

    @display(description=_("items"))
    def contents(self, parcel: Fulfilment) -> str:
        return ", ".join(f"{row.quantity} × {row.line.sku}" for row in parcel.lines.all())


class ReturnInline(Together):
    model = ReturnRequest
    fetched = ("lines__line",)
    extra = 0
    tab = True
    hide_title = True
    show_change_link = True
    verbose_name_plural = _("Returns")
    fields = readonly_fields = ("created_at", "state", "contents", "reason")

    @display(description=_("status"), label=labels.RETURN)
    def state(self, request: ReturnRequest) -> str:
        return request.get_status_display()

    @display(description=_("items"))
    def contents(self, request: ReturnRequest) -> str:
        return ", ".join(f"{row.quantity} × {row.line.sku}" for row in request.lines.all())


class ReturnLineInline(Together):
    model = ReturnLine
    joined = ("line",)
    extra = 0
    hide_title = True
    verbose_name_plural = _("Items")
    fields = readonly_fields = ("item", "quantity", "reason", "received", "condition", "restocked")

    @display(description=_("item"))
    def item(self, part: ReturnLine) -> str:
        return f"{part.line.sku}, {part.line.title}"
