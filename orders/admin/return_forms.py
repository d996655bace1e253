"""The dialogs of a return: why it is declined, what came of it, what is paid back."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.forms import BaseDialogForm
from unfold.widgets import (
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanWidget,
)

from orders import refunds
from orders.models import ReturnLine, ReturnRequest
from orders.services.receive_return import Arrived
from shopcloud.lib.staff import named_by


class DeclineForm(BaseDialogForm):  # type: ignore[misc]
    answer = forms.CharField(
        label=gettext_lazy("Reason, for the customer"), max_length=300, widget=UnfoldAdminTextInputWidget
    )


class ReceiveForm(BaseDialogForm):  # type: ignore[misc]
    """For each line how many came, in what condition, and whether they go back on the shelf."""

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        request = named_by(self.object_id, ReturnRequest.objects.all())
        self.parts = list(request.lines.select_related("line").order_by("pk")) if request else []
        for part in self.parts:
            self.fields[f"came_{part.pk}"] = forms.IntegerField(
                label=f"{part.line.sku}, {part.line.title}",
                help_text=_("%(asked)d were to come") % {"asked": part.quantity},
                min_value=0,
                max_value=part.quantity,
                initial=part.quantity,
                widget=UnfoldAdminIntegerFieldWidget,
            )
            self.fields[f"condition_{part.pk}"] = forms.ChoiceField(
                label=_("Condition"), choices=ReturnLine.Condition.choices, widget=UnfoldAdminSelectWidget
            )
            self.fields[f"restock_{part.pk}"] = forms.BooleanField(
                label=_("Back into stock"), required=False, initial=True, widget=UnfoldBooleanWidget
            )

    @property
    def arrived(self) -> dict[str, Arrived]:
        """By SKU, as `receive_return` takes it."""
        return {
            part.line.sku: Arrived(
                self.cleaned_data[f"came_{part.pk}"],
                restock=self.cleaned_data[f"restock_{part.pk}"],
                condition=self.cleaned_data[f"condition_{part.pk}"],
            )
            for part in self.parts
        }


class RefundReturnForm(BaseDialogForm):  # type: ignore[misc]
    shipping = forms.BooleanField(
        label=gettext_lazy("The order's shipping too"), required=False, widget=UnfoldBooleanWidget
    )

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        request = named_by(self.object_id, ReturnRequest.objects.select_related("order"))
        paid = refunds.paid_for_shipping(request.order) if request and not request.order.shipping_refunded else 0
        if request and paid:
            self.fields["shipping"].help_text = request.order.money(paid).format()
        else:
            del self.fields["shipping"]
