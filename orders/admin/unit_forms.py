"""Dialogs that ask for units per line: to send, to call off, to refund."""

from collections.abc import Iterable
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

from orders import carriers, refunds
from orders.models import Order, OrderLine
from orders.refunds import RefundTooLarge
from orders.services.refund_order import Left, NothingToRefund, money_left
from shopcloud.lib.money import BadMoney, Money
from shopcloud.lib.staff import named_by


class UnitsForm(BaseDialogForm):  # type: ignore[misc]
    """A field `units_<line>` for each line that `most` allows a unit of. `units` is what was chosen, by SKU."""

    starts_full = False

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.order = named_by(self.object_id, Order.objects.all())
        self.lines = {f"units_{line.pk}": line for line in self._lines() if self.most(line) > 0}
        for name, line in self.lines.items():
            most = self.most(line)
            self.fields[name] = forms.IntegerField(
                label=f"{line.sku}, {line.title}",
                help_text=_("0 to %(most)d") % {"most": most},
                min_value=0,
                max_value=most,
                initial=most if self.starts_full else 0,
                required=False,
                widget=UnfoldAdminIntegerFieldWidget,
            )
        self.order_fields([*self.lines, *(name for name in self.fields if name not in self.lines)])

    def _lines(self) -> Iterable[OrderLine]:
        return self.order.lines.order_by("pk") if self.order else ()

    def most(self, line: OrderLine) -> int:
        """The units of a line that may be chosen."""
        return 0 if line.is_digital else line.waiting

    @property
    def units(self) -> dict[str, int]:
        return {line.sku: n for name, line in self.lines.items() if (n := self.cleaned_data.get(name))}


class SendForm(UnitsForm):
    starts_full = True

    carrier = forms.ChoiceField(
        label=gettext_lazy("Carrier"),
        choices=[("", gettext_lazy("none")), *carriers.CHOICES],
        required=False,
        widget=UnfoldAdminSelectWidget,
    )
    tracking = forms.CharField(
        label=gettext_lazy("Tracking number"), max_length=120, required=False, widget=UnfoldAdminTextInputWidget
    )


class RefundForm(UnitsForm):
    """Either items and shipping, for their exact share, or an amount. Neither gives back all that is left."""

    shipping = forms.BooleanField(label=gettext_lazy("Shipping"), required=False, widget=UnfoldBooleanWidget)
    amount = forms.CharField(
        label=gettext_lazy("Or an amount"), max_length=20, required=False, widget=UnfoldAdminTextInputWidget
    )
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=200, widget=UnfoldAdminTextInputWidget)

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if self.order is None:
            return
        held = self._left()
        left = self.order.money(held.total if held else 0).format()
        self.fields["amount"].help_text = _("%(left)s is left. Without items and amount, all of it is given back.") % {
            "left": left
        }
        paid = 0 if self.order.shipping_refunded else refunds.paid_for_shipping(self.order)
        if paid:
            self.fields["shipping"].help_text = self.order.money(paid).format()
        else:
            del self.fields["shipping"]

    def most(self, line: OrderLine) -> int:
        return line.quantity - line.refunded

    def _left(self) -> Left | None:
        try:
            return money_left(self.order) if self.order else None
        except NothingToRefund:
            return None

    def clean_amount(self) -> int | None:
        """Minor units, None where none was entered."""
        text = self.cleaned_data["amount"].strip()
        if not text:
            return None
        try:
            amount = Money.parse(text, self.order.currency if self.order else "USD").amount
        except BadMoney as error:
            raise forms.ValidationError(str(error)) from None
        left = self._left()
        if amount <= 0 or left is None or amount > left.total:
            raise forms.ValidationError(str(RefundTooLarge()))
        return amount

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("amount") and (self.units or cleaned.get("shipping")):
            # On a field, because the dialog shows no errors of the whole form.
            self.add_error("amount", _("Choose items and shipping, or enter an amount, not both."))
        return cleaned
