"""The buttons on an order's page. Each asks first, calls one service, and is written into the history."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import action
from unfold.enums import ActionVariant
from unfold.forms import BaseDialogForm
from unfold.widgets import UnfoldAdminTextInputWidget

from orders.admin.desk_actions import DeskActions
from orders.admin.parcel_actions import ParcelActions
from orders.admin.unit_forms import RefundForm
from orders.models import Order, Payment
from orders.refunds import RefundTooLarge
from orders.services.cancel_order import CancelReason, CannotCancel, cancel_order
from orders.services.fulfil_order import CannotFulfil, fulfil_order
from orders.services.refund_items import refund_items
from orders.services.refund_order import NothingToRefund, refund_order
from orders.services.resend_mail import CannotResend
from orders.services.write_note import BadNote
from shopcloud.lib import clock

Status = Order.Status
REFUSALS = (CannotCancel, CannotFulfil, NothingToRefund, RefundTooLarge, CannotResend, BadNote)
# Which buttons an order shows, by its state; the services decide again when one is pressed.
SHOWN: dict[str, tuple[str, ...]] = {
    Status.DRAFT: ("draft", "note"),
    Status.AWAITING_PAYMENT: ("authorisation", "cancel", "resend", "note"),
    Status.PAID: ("fulfil", "send", "calloff", "cancel", "refund", "resend", "note"),
    Status.FULFILLED: ("refund", "resend", "note"),
    Status.CANCELLED: ("resend", "note"),
}


class TrackingForm(BaseDialogForm):  # type: ignore[misc]
    tracking = forms.CharField(
        label=gettext_lazy("Tracking number"), max_length=120, required=False, widget=UnfoldAdminTextInputWidget
    )


class OrderActions(DeskActions, ParcelActions):
    """Mixed into the order's admin."""

    actions_detail = ("draft", "authorisation", "fulfil", "send", "refund", "note", "resend", "calloff", "cancel")

    def get_actions_detail(self, request: HttpRequest, object_id: Any) -> list[Any]:
        order = self.get_object(request, object_id)  # type: ignore[attr-defined]
        shown = SHOWN[order.status] if order else ()
        allowed = super().get_actions_detail(request, object_id)  # type: ignore[misc]
        hidden = _pointless(order) if order else ()
        named = [(one, one.action_name.rpartition("_")[2]) for one in allowed]
        return [one for one, name in named if name in shown and name not in hidden]

    def has_fulfil_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return bool(request.user.has_perm("orders.change_order"))

    def has_refund_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return bool(request.user.has_perm("orders.add_refund"))

    def has_note_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return bool(request.user.has_perm("orders.add_ordernote"))

    def has_authorisation_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return bool(request.user.has_perm("orders.add_paymentoperation"))

    @action(
        description=gettext_lazy("Capture or void"),
        permissions=["authorisation"],
        icon="payments",
        variant=ActionVariant.PRIMARY,
    )
    def authorisation(self, request: HttpRequest, object_id: Any) -> HttpResponse:
        """To the page of the authorised payment, which has the buttons."""
        order = self.get_object(request, object_id)  # type: ignore[attr-defined]
        payment = Payment.objects.filter(order=order, status=Payment.Status.AUTHORISED).first() if order else None
        return redirect("admin:orders_payment_change", payment.pk) if payment else _back(object_id)

    @action(
        description=gettext_lazy("Mark fulfilled"),
        permissions=["fulfil"],
        icon="local_shipping",
        variant=ActionVariant.PRIMARY,
        dialog={
            "title": gettext_lazy("Mark this order as fulfilled?"),
            "description": gettext_lazy("The buyer is told by email, with the tracking number if there is one."),
            "form_class": TrackingForm,
            "form_submit_text": gettext_lazy("Mark fulfilled"),
        },
    )
    def fulfil(self, request: HttpRequest, form: TrackingForm, object_id: Any) -> HttpResponse:
        def act(order: Order) -> str:
            tracking = form.cleaned_data["tracking"].strip()
            fulfil_order(order=order, tracking=tracking, author=_person(request), now=clock.now())
            return _("Marked as fulfilled.")

        return self._act(request, object_id, act)

    @action(
        description=gettext_lazy("Cancel order"),
        permissions=["fulfil"],
        icon="cancel",
        variant=ActionVariant.DANGER,
        dialog={
            "title": gettext_lazy("Cancel this order?"),
            "description": gettext_lazy("Its units go back into stock and what was paid is given back. This is final."),
            "form_class": BaseDialogForm,
            "form_submit_text": gettext_lazy("Cancel order"),
        },
    )
    def cancel(self, request: HttpRequest, form: BaseDialogForm, object_id: Any) -> HttpResponse:
        def act(order: Order) -> str:
            cancel_order(order=order, reason=CancelReason.BY_STAFF, author=_person(request), now=clock.now())
            return _("Cancelled.")

        return self._act(request, object_id, act)

    @action(
        description=gettext_lazy("Refund"),
        permissions=["refund"],
        icon="currency_exchange",
        dialog={
            "title": gettext_lazy("Give money back?"),
            "description": gettext_lazy("The order stays as it is. To call it off, cancel it instead."),
            "form_class": RefundForm,
            "form_submit_text": gettext_lazy("Refund"),
        },
    )
    def refund(self, request: HttpRequest, form: RefundForm, object_id: Any) -> HttpResponse:
        def act(order: Order) -> str:
            shipping = bool(form.cleaned_data.get("shipping"))
            asked = {"reason": form.cleaned_data["reason"], "author": _person(request), "now": clock.now()}
            if form.units or shipping:
                made = refund_items(order=order, quantities=form.units, shipping=shipping, **asked)
            else:
                made = refund_order(order=order, amount=form.cleaned_data["amount"], **asked)
            return _("Refund of %(amount)s: %(status)s.") % {
                "amount": made.total_money.format(),
                "status": made.get_status_display().lower(),
            }

        return self._act(request, object_id, act)

    def _act(self, request: HttpRequest, object_id: Any, act: Callable[[Order], str]) -> HttpResponse:
        """Do it, say what came of it, and reload the order."""
        order: Order | None = self.get_object(request, object_id)  # type: ignore[attr-defined]
        if order is None:
            raise Http404("There is no such order.")
        try:
            done = act(order)
        except REFUSALS as refusal:
            messages.error(request, str(refusal))
        else:
            self.log_change(request, order, done)  # type: ignore[attr-defined]
            messages.success(request, done)
        return HttpResponse(headers={"HX-Redirect": reverse("admin:orders_order_change", args=[order.pk])})


def _pointless(order: Order) -> set[str]:
    """The buttons that have nothing left to move."""
    hidden = set() if order.can_be_called_off else {"cancel"}
    if order.payment_status != Order.PaymentStatus.AUTHORISED:
        hidden |= {"authorisation"}
    waiting = sum(line.waiting for line in order.lines.all() if not line.is_digital)
    if not waiting:
        hidden |= {"send", "calloff"}
    return hidden


def _back(object_id: Any) -> HttpResponse:
    return redirect("admin:orders_order_change", object_id)


def _person(request: HttpRequest) -> Any:
    return request.user
