"""The form behind "Return items": how many of each line, and why. The service decides again."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from orders.models import ReturnLine
from orders.returns import Returnable


class ReturnForm(forms.Form):
    """How many of each line come back, and why. `rows` pairs each line with its two fields for the page."""

    comment = forms.CharField(
        label=_("Anything we should know?"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, offered: Sequence[Returnable], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.offered = [one for one in offered if one.left]
        for one in self.offered:
            quantity, reason = self._names(one)
            units = [(n, n) for n in range(one.left + 1)]
            self.fields[quantity] = forms.TypedChoiceField(label=_("How many?"), choices=units, coerce=int, initial=0)
            reasons = [("", _("Choose a reason")), *ReturnLine.Reason.choices]
            self.fields[reason] = forms.ChoiceField(label=_("Why?"), choices=reasons, required=False)

    @staticmethod
    def _names(one: Returnable) -> tuple[str, str]:
        return f"quantity_{one.line.pk}", f"reason_{one.line.pk}"

    @property
    def rows(self) -> list[dict[str, Any]]:
        names = [(one, *self._names(one)) for one in self.offered]
        return [{"one": one, "quantity": self[quantity], "reason": self[reason]} for one, quantity, reason in names]

    @property
    def asked(self) -> dict[str, Any]:
        """What `request_return` is asked for."""
        chosen = [(one.line.sku, *(self.cleaned_data[name] for name in self._names(one))) for one in self.offered]
        return {
            "quantities": {sku: quantity for sku, quantity, _reason in chosen if quantity},
            "reasons": {sku: reason for sku, quantity, reason in chosen if quantity},
            "reason": self.cleaned_data["comment"],
        }

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for one in self.offered:
            quantity, reason = self._names(one)
            if cleaned.get(quantity) and not cleaned.get(reason):
                self.add_error(reason, _("Please choose a reason."))
        if not self.errors and not any(cleaned.get(self._names(one)[0]) for one in self.offered):
            raise forms.ValidationError(_("Choose at least one item to send back."))
        return cleaned
