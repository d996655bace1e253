"""Invoices and credit notes: found by their number, opened as PDF. Nothing changes them."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import ChoicesCheckboxFilter, RangeDateFilter
from unfold.decorators import display

from orders.admin.inlines import Together
from orders.models import Invoice
from orders.views.invoice import pdf_response
from shopcloud.lib.staff import ReadOnlyAdmin


class _Shown:
    """What lists and pages show of a document."""

    @display(description=_("number"))
    def called(self, invoice: Invoice) -> str:
        return invoice.number

    @display(description=_("total"))
    def sum(self, invoice: Invoice) -> str:
        return invoice.order.money(invoice.total).format()

    @display(description=_("tax"))
    def tax_shown(self, invoice: Invoice) -> str:
        return invoice.order.money(invoice.tax).format()

    @display(description=_("document"))
    def paper(self, invoice: Invoice) -> str:
        address = reverse("admin:orders_invoice_pdf", args=[invoice.pk])
        return format_html('<a class="underline" href="{}">{}</a>', address, invoice.filename)


class InvoiceInline(_Shown, Together):
    model = Invoice
    joined = ("order",)
    extra = 0
    tab = True
    hide_title = True
    verbose_name_plural = _("Invoices")
    fields = readonly_fields = ("paper", "kind", "sum", "tax_shown", "issued_at")


@admin.register(Invoice)
class InvoiceAdmin(_Shown, ReadOnlyAdmin):
    list_display = ("called", "kind", "order", "sum", "tax_shown", "issued_at", "paper")
    list_select_related = ("order",)
    list_filter = (("kind", ChoicesCheckboxFilter), ("issued_at", RangeDateFilter))
    ordering = ("-pk",)
    sortable_by = ()
    search_fields = ("sequence",)
    search_help_text = _("The number of an invoice, a credit note or an order")
    fields = ("called", "kind", "order", "sum", "tax_shown", "issued_at", "paper")
    readonly_fields = fields

    def search_for(self, term: str) -> Q:
        series, _dash, sequence = term.upper().rpartition("-")
        found = Q(order__number=term.upper())
        if sequence.isascii() and sequence.isdigit() and len(sequence) <= 9:
            found |= Q(series=series, sequence=int(sequence)) if series else Q(sequence=int(sequence))
        return found

    def get_urls(self) -> list[Any]:
        opened = self.admin_site.admin_view(self.pdf)
        return [path("<int:pk>/pdf/", opened, name="orders_invoice_pdf"), *super().get_urls()]

    def pdf(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The document itself, for whoever may see invoices."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        found = Invoice.objects.select_related("order").filter(pk=pk).first()
        if found is None:
            raise Http404("There is no such document.")
        return pdf_response(found)
