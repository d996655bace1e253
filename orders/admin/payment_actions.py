"""The buttons on a payment's page: an authorisation is captured, or let go."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import action
from unfold.enums import ActionVariant
from unfold.forms import BaseDialogForm
from unfold.widgets import UnfoldAdminTextInputWidget

from orders.models import Payment
from orders.services.capture_payment import capture_payment, void_payment
from orders.services.request_operation import CaptureTooLarge, NotAuthorised
from shopcloud.lib import clock
from shopcloud.lib.money import BadMoney, Money
from shopcloud.lib.staff import named_by


class CaptureForm(BaseDialogForm):  # type: ignore[misc]
    amount = forms.CharField(
        label=gettext_lazy("Amount"),
        max_length=20,
        required=False,
        widget=UnfoldAdminTextInputWidget,
        help_text=gettext_lazy("Empty takes all that was authorised. Of a part, e.g. 12.50, the rest is let go."),
    )

    def clean_amount(self) -> int | None:
        """Minor units, None for the whole."""
        text = self.cleaned_data["amount"].strip()
        payment = named_by(self.object_id, Payment.objects.all())
        if not text or payment is None:
            return None
        try:
            amount = Money.parse(text, payment.currency).amount
        except BadMoney as error:
            raise forms.ValidationError(str(error)) from None
        if not 0 < amount <= payment.amount:
            raise forms.ValidationError(str(CaptureTooLarge()))
        return amount


class PaymentActions:
    """Mixed into the payment's admin."""

    actions_detail = ("capture", "void")

    def get_actions_detail(self, request: HttpRequest, object_id: Any) -> list[Any]:
        payment: Payment | None = self.get_object(request, object_id)  # type: ignore[attr-defined]
        if payment is None or payment.status != Payment.Status.AUTHORISED:
            return []
        return list(super().get_actions_detail(request, object_id))  # type: ignore[misc]

    def has_end_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return bool(request.user.has_perm("orders.add_paymentoperation"))

    @action(
        description=gettext_lazy("Capture"),
        permissions=["end"],
        icon="payments",
        variant=ActionVariant.PRIMARY,
        dialog={
            "title": gettext_lazy("Charge the card?"),
            "description": gettext_lazy("The order is paid then, and can be sent."),
            "form_class": CaptureForm,
            "form_submit_text": gettext_lazy("Capture"),
        },
    )
    def capture(self, request: HttpRequest, form: CaptureForm, object_id: Any) -> HttpResponse:
        def act(payment: Payment) -> Payment:
            amount = form.cleaned_data["amount"]
            return capture_payment(payment=payment, amount=amount, author=_person(request), now=clock.now())

        return self._act(request, object_id, act)

    @action(
        description=gettext_lazy("Void"),
        permissions=["end"],
        icon="money_off",
        variant=ActionVariant.DANGER,
        dialog={
            "title": gettext_lazy("Let the money go?"),
            "description": gettext_lazy(
                "Nothing is charged. The order waits for another payment and is then given up."
            ),
            "form_class": BaseDialogForm,
            "form_submit_text": gettext_lazy("Void"),
        },
    )
    def void(self, request: HttpRequest, form: BaseDialogForm, object_id: Any) -> HttpResponse:
        def act(payment: Payment) -> Payment:
            return void_payment(payment=payment, author=_person(request), now=clock.now())

        return self._act(request, object_id, act)

    def _act(self, request: HttpRequest, object_id: Any, act: Callable[[Payment], Payment]) -> HttpResponse:
        """Do it, say what came of it, and reload the payment."""
        payment: Payment | None = self.get_object(request, object_id)  # type: ignore[attr-defined]
        if payment is None:
            raise Http404("There is no such payment.")
        try:
            ended = act(payment)
        except (NotAuthorised, CaptureTooLarge) as refusal:
            messages.error(request, str(refusal))
        else:
            told = messages.warning if ended.status == Payment.Status.AUTHORISED else messages.success
            text = _("The payment is %(status)s now.") % {"status": ended.get_status_display().lower()}
            self.log_change(request, payment, text)  # type: ignore[attr-defined]
            told(request, text)
        return HttpResponse(headers={"HX-Redirect": reverse("admin:orders_payment_change", args=[payment.pk])})


def _person(request: HttpRequest) -> Any:
    return request.user
