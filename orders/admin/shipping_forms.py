"""The forms of shipping zones, methods and price lists: what would be read two ways is refused."""

import re
from decimal import Decimal
from itertools import combinations
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django_countries import countries
from unfold import widgets

from orders.models import ShippingRate, ShippingZone
from shopcloud.lib.money import CURRENCY_CODES, Money, decimals

MARKETS = [("us", "United States"), ("uk", "United Kingdom"), ("de", "Deutschland"), ("fr", "France")]
LARGEST = Decimal(1_000_000)


class WordsField(forms.CharField):
    """A list typed with blanks or commas between its words; cleaned to upper case, each once."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=widgets.UnfoldAdminTextareaWidget(attrs={"rows": 2}), max_length=2000, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return " ".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> list[str]:  # type: ignore[override]
        text = str(super().to_python(value) or "")
        return list(dict.fromkeys(word for word in re.split(r"[\s,;]+", text.upper()) if word))

    def validate(self, value: Any) -> None:
        if self.required and not value:
            raise forms.ValidationError(self.error_messages["required"], code="required")

    def run_validators(self, value: Any) -> None:
        """A list has no length in characters; the text's is checked by its own field."""

    def has_changed(self, initial: Any, data: Any) -> bool:
        return self.to_python(data) != (initial or [])


class ZoneForm(forms.ModelForm):  # type: ignore[type-arg]
    market = forms.ChoiceField(choices=MARKETS, widget=widgets.UnfoldAdminSelectWidget, label=_("Market"))
    countries = WordsField(label=_("Countries"), help_text=_("Codes of two letters, such as DE AT BE."))
    postal_prefixes = WordsField(
        label=_("Postal codes"),
        required=False,
        help_text=_("What they begin with, such as 20 21 22. Empty: the whole country."),
    )

    class Meta:
        model = ShippingZone
        fields = ("name", "market", "countries", "postal_prefixes")

    def clean_countries(self) -> list[str]:
        codes: list[str] = self.cleaned_data["countries"]
        unknown = [code for code in codes if code not in countries]
        if unknown:
            raise forms.ValidationError(_("No country has the code %(codes)s."), params={"codes": ", ".join(unknown)})
        return codes

    def clean_postal_prefixes(self) -> list[str]:
        prefixes: list[str] = self.cleaned_data["postal_prefixes"]
        if any(len(prefix) > 10 or not prefix.isalnum() for prefix in prefixes):
            raise forms.ValidationError(_("Write the beginnings of postal codes: letters and digits, ten at most."))
        return prefixes

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        mine, prefixes = set(cleaned.get("countries", ())), set(cleaned.get("postal_prefixes", ()))
        for other in ShippingZone.objects.filter(market=cleaned.get("market", "")).exclude(pk=self.instance.pk):
            shared = sorted(mine & set(other.countries))
            same_place = prefixes & set(other.postal_prefixes) or not (prefixes or other.postal_prefixes)
            if shared and same_place:
                raise forms.ValidationError(
                    _("“%(zone)s” covers %(codes)s already."), params={"zone": other.name, "codes": ", ".join(shared)}
                )
        return cleaned


class RateForm(forms.ModelForm):  # type: ignore[type-arg]
    """Amounts are typed as people write them; the row keeps minor units."""

    currency = forms.CharField(
        max_length=3, min_length=3, label=_("Currency"), widget=widgets.UnfoldAdminTextInputWidget
    )
    subtotal = forms.DecimalField(
        min_value=0,
        max_value=LARGEST,
        initial=0,
        label=_("From subtotal"),
        widget=widgets.UnfoldAdminDecimalFieldWidget,
    )
    amount = forms.DecimalField(
        min_value=0, max_value=LARGEST, label=_("Price"), widget=widgets.UnfoldAdminDecimalFieldWidget
    )

    class Meta:
        model = ShippingRate
        fields = ("currency", "since", "from_grams", "to_grams", "subtotal", "amount")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rate = self.instance
        if rate.pk:
            self.initial["subtotal"] = Money(rate.from_subtotal, rate.currency).major
            self.initial["amount"] = Money(rate.price, rate.currency).major

    def clean_currency(self) -> str:
        code = str(self.cleaned_data["currency"]).upper()
        if code not in CURRENCY_CODES:
            raise forms.ValidationError(_("This is not a currency: write three letters, such as EUR."))
        return code

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for name, column in (("subtotal", "from_subtotal"), ("amount", "price")):
            self._keep(cleaned, name, column)
        least, most = cleaned.get("from_grams"), cleaned.get("to_grams")
        if least is not None and most is not None and most <= least:
            self.add_error("to_grams", _("Enter more than the weight it begins with, or nothing for any weight."))
        return cleaned

    def _keep(self, cleaned: dict[str, Any], name: str, column: str) -> None:
        amount, currency = cleaned.get(name), cleaned.get("currency")
        if amount is None or currency is None:
            return
        minor = amount.scaleb(decimals(currency))
        if minor != minor.to_integral_value():
            self.add_error(
                name, _("%(currency)s has %(count)d decimals.") % {"currency": currency, "count": decimals(currency)}
            )
            return
        setattr(self.instance, column, int(minor))


class BaseRateFormSet(forms.BaseInlineFormSet):  # type: ignore[type-arg]
    def clean(self) -> None:
        super().clean()
        if any(self.errors):
            return
        kept = [form for form in self.forms if form.has_changed() or form.instance.pk]
        kept = [form for form in kept if not form.cleaned_data.get("DELETE") and form.cleaned_data.get("since")]
        for one, other in combinations(kept, 2):
            if one.instance.overlaps(other.instance):
                other.add_error("from_grams", _("Another rate of this list holds for some of these weights."))
                raise forms.ValidationError(_("Two rates hold for the same parcel. Part their weights or subtotals."))
