"""Returns: found by their state, moved on by buttons from the wish to the money."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.contrib.filters.admin import ChoicesCheckboxFilter, RangeDateFilter
from unfold.decorators import action, display
from unfold.enums import ActionVariant
from unfold.forms import BaseDialogForm

from orders.admin import labels
from orders.admin.inlines import ReturnLineInline
from orders.admin.return_forms import DeclineForm, ReceiveForm, RefundReturnForm
from orders.models import ReturnRequest
from orders.refunds import RefundTooLarge
from orders.services.answer_return import ReturnMoved, approve_return, decline_return
from orders.services.receive_return import BadArrival, receive_return
from orders.services.refund_return import refund_return
from shopcloud.lib import clock
from shopcloud.lib.staff import ReadOnlyAdmin

Status = ReturnRequest.Status
REFUSALS = (ReturnMoved, BadArrival, RefundTooLarge)
# Which buttons a return shows, by its state; the services decide again when one is pressed.
SHOWN: dict[str, tuple[str, ...]] = {
    Status.REQUESTED: ("approve", "decline"),
    Status.APPROVED: ("receive", "decline"),
    Status.RECEIVED: ("refund",),
}


@admin.register(ReturnRequest)
class ReturnRequestAdmin(ReadOnlyAdmin):
    list_display = ("reference", "number", "state", "units", "created_at")
    list_select_related = ("order",)
    list_filter = (("status", ChoicesCheckboxFilter), ("created_at", RangeDateFilter))
    ordering = ("-pk",)
    sortable_by = ()
    search_fields = ("order__number",)
    search_help_text = gettext_lazy("An order number, or a return's number")
    inlines = (ReturnLineInline,)
    fields = (
        ("reference", "state"),
        "order_link",
        "reason",
        "answer",
        ("created_at", "decided_at"),
        ("received_at", "closed_at"),
    )
    readonly_fields = ("reference", "order_link", "state")
    actions_detail = ("approve", "receive", "refund", "decline")

    def search_for(self, term: str) -> Q:
        by_number = Q(order__number=term.upper())
        is_reference = term.isascii() and term.isdigit() and len(term) < 19
        return by_number | Q(pk=int(term)) if is_reference else by_number

    def get_queryset(self, request: HttpRequest) -> QuerySet[ReturnRequest]:
        found: QuerySet[ReturnRequest] = super().get_queryset(request)
        return found.prefetch_related("lines__line")

    def get_actions_detail(self, request: HttpRequest, object_id: Any) -> list[Any]:
        found = self.get_object(request, object_id)
        shown = SHOWN.get(found.status, ()) if found else ()
        allowed = super().get_actions_detail(request, object_id)
        return [one for one in allowed if one.action_name.rpartition("_")[2] in shown]

    def has_answer_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return bool(request.user.has_perm("orders.change_returnrequest"))

    def has_refund_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return bool(request.user.has_perm("orders.add_refund"))

    @display(description=gettext_lazy("return"))
    def reference(self, request: ReturnRequest) -> str:
        return str(request.pk)

    @display(description=gettext_lazy("order"))
    def number(self, request: ReturnRequest) -> str:
        return request.order.number

    @display(description=gettext_lazy("order"))
    def order_link(self, request: ReturnRequest) -> str:
        address = reverse("admin:orders_order_change", args=[request.order_id])
        return format_html('<a class="underline" href="{}">{}</a>', address, request.order.number)

    @display(description=gettext_lazy("status"), label=labels.RETURN)
    def state(self, request: ReturnRequest) -> str:
        return request.get_status_display()

    @display(description=gettext_lazy("items"))
    def units(self, request: ReturnRequest) -> str:
        return ", ".join(f"{part.quantity} × {part.line.sku}" for part in request.lines.all())

    @action(
        description=gettext_lazy("Approve"),
        permissions=["answer"],
        icon="check",
        variant=ActionVariant.PRIMARY,
        dialog={
            "title": gettext_lazy("Approve this return?"),
            "description": gettext_lazy("The customer is mailed the address to send the items to."),
            "form_class": BaseDialogForm,
            "form_submit_text": gettext_lazy("Approve"),
        },
    )
    def approve(self, request: HttpRequest, form: BaseDialogForm, object_id: Any) -> HttpResponse:
        def act(found: ReturnRequest) -> str:
            approve_return(request=found, now=clock.now(), author=request.user)
            return _("Approved.")

        return self._act(request, object_id, act)

    @action(
        description=gettext_lazy("Decline"),
        permissions=["answer"],
        icon="block",
        variant=ActionVariant.DANGER,
        dialog={
            "title": gettext_lazy("Decline this return?"),
            "description": gettext_lazy("The customer reads the reason. The items can be asked back again."),
            "form_class": DeclineForm,
            "form_submit_text": gettext_lazy("Decline"),
        },
    )
    def decline(self, request: HttpRequest, form: forms.Form, object_id: Any) -> HttpResponse:
        def act(found: ReturnRequest) -> str:
            decline_return(request=found, answer=form.cleaned_data["answer"], now=clock.now(), author=request.user)
            return _("Declined.")

        return self._act(request, object_id, act)

    @action(
        description=gettext_lazy("Receive"),
        permissions=["answer"],
        icon="inventory",
        variant=ActionVariant.PRIMARY,
        dialog={
            "title": gettext_lazy("What has arrived?"),
            "description": gettext_lazy("Units that did not come can be asked back again."),
            "form_class": ReceiveForm,
            "form_submit_text": gettext_lazy("Receive"),
        },
    )
    def receive(self, request: HttpRequest, form: ReceiveForm, object_id: Any) -> HttpResponse:
        def act(found: ReturnRequest) -> str:
            receive_return(request=found, arrived=form.arrived, now=clock.now(), author=request.user)
            return _("Received.")

        return self._act(request, object_id, act)

    @action(
        description=gettext_lazy("Refund"),
        permissions=["refund"],
        icon="currency_exchange",
        variant=ActionVariant.PRIMARY,
        dialog={
            "title": gettext_lazy("Pay back what came?"),
            "description": gettext_lazy("What was paid for these items is given back, to the cent."),
            "form_class": RefundReturnForm,
            "form_submit_text": gettext_lazy("Refund"),
        },
    )
    def refund(self, request: HttpRequest, form: forms.Form, object_id: Any) -> HttpResponse:
        def act(found: ReturnRequest) -> str:
            shipping = bool(form.cleaned_data.get("shipping"))
            made = refund_return(request=found, shipping=shipping, now=clock.now(), author=request.user)
            return _("Refunded %(sum)s.") % {"sum": made.total_money.format()} if made else _("Closed without money.")

        return self._act(request, object_id, act)

    def _act(self, request: HttpRequest, object_id: Any, act: Callable[[ReturnRequest], str]) -> HttpResponse:
        """Do it, say what came of it, and reload the return."""
        found: ReturnRequest | None = self.get_object(request, object_id)
        if found is None:
            raise Http404("There is no such return.")
        try:
            done = act(found)
        except REFUSALS as refusal:
            messages.error(request, str(refusal))
        else:
            self.log_change(request, found, done)
            messages.success(request, done)
        return HttpResponse(headers={"HX-Redirect": reverse("admin:orders_returnrequest_change", args=[found.pk])})
