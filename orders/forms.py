"""The checkout form. Addresses are checked by the rules that REST and `place_order` use."""

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _
from django_countries import countries

from accounts.domain import LENGTHS, US_STATES, InvalidAddress, postal_address
from shopcloud.lib.market import Market

ADDRESS_FIELDS = ("name", "line1", "line2", "city", "postal_code", "region", "country")
_AUTOCOMPLETE = {
    "email": "email",
    "name": "name",
    "line1": "address-line1",
    "line2": "address-line2",
    "city": "address-level2",
    "postal_code": "postal-code",
    "region": "address-level1",
    "country": "country",
}
_POSTAL_LABELS = {"us": _("ZIP code"), "uk": _("Postcode")}


class CheckoutForm(forms.Form):
    """Everything checkout asks for on one page. Without `physical` goods it asks for no address."""

    use_required_attribute = True

    email = forms.EmailField(label=_("Email"), max_length=254, help_text=_("For the receipt and news of this order."))
    name = forms.CharField(label=_("Full name"), max_length=LENGTHS["name"])
    line1 = forms.CharField(label=_("Street and number"), max_length=LENGTHS["line1"])
    line2 = forms.CharField(label=_("Apartment, floor, company"), max_length=LENGTHS["line2"], required=False)
    postal_code = forms.CharField(label=_("Postal code"), max_length=LENGTHS["postal_code"])
    city = forms.CharField(label=_("City"), max_length=LENGTHS["city"])
    region = forms.ChoiceField(label=_("State"), choices=[("", _("Choose a state")), *US_STATES.items()])
    country = forms.ChoiceField(label=_("Country"))
    shipping_method = forms.CharField(required=False, max_length=20)
    cart_version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    seen_total = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, market: Market, physical: bool, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.market, self.physical = market, physical
        if physical:
            self._fit_to(market)
        else:
            for name in ADDRESS_FIELDS:
                del self.fields[name]
        for name, value in _AUTOCOMPLETE.items():
            if name in self.fields:
                self.fields[name].widget.attrs["autocomplete"] = value

    def _fit_to(self, market: Market) -> None:
        names = dict(countries)
        country = cast(forms.ChoiceField, self.fields["country"])
        country.choices = [(code, str(names.get(code, code))) for code in market.countries]
        country.error_messages["invalid_choice"] = str(_("We do not deliver to this country from this shop."))
        if len(market.countries) == 1:
            country.widget = forms.HiddenInput()
            country.initial = market.countries[0]
        self.fields["postal_code"].label = _POSTAL_LABELS.get(market.code, _("Postal code"))
        if market.code == "us":
            self.fields["postal_code"].widget.attrs["inputmode"] = "numeric"
        else:
            del self.fields["region"]

    @property
    def address(self) -> dict[str, str]:
        """The address as typed: what `place_order` checks once more."""
        return {name: str(self.cleaned_data.get(name, "")) for name in ADDRESS_FIELDS} if self.physical else {}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.physical:
            try:
                postal_address({name: cleaned.get(name, "") for name in ADDRESS_FIELDS}, allowed=self.market.countries)
            except InvalidAddress as invalid:
                for name, text in invalid.errors.items():
                    if name in self.fields and name not in self.errors:
                        self.add_error(name, text)
        return cleaned
