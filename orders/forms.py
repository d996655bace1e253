"""The checkout form. Addresses and VAT ids are checked by the rules that REST and `place_order` use."""

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _
from django_countries import countries

from accounts.domain import LENGTHS, US_STATES, InvalidAddress, PostalAddress, postal_address
from orders.pricing.destination import Buyer
from orders.pricing.tax.territories import EUROPEAN_UNION
from orders.pricing.tax.vat_ids import LONGEST_COMPANY, InvalidBusiness
from orders.services.destinations import destination
from shopcloud.lib.market import Market

ADDRESS_FIELDS = ("name", "line1", "line2", "city", "postal_code", "region", "country")
# Where a buyer of downloads is: asked for the tax.
PLACE_FIELDS = ("region", "country")
BUSINESS_FIELDS = ("company", "vat_id")
_AUTOCOMPLETE = {
    "email": "email",
    "name": "name",
    "line1": "address-line1",
    "line2": "address-line2",
    "city": "address-level2",
    "postal_code": "postal-code",
    "region": "address-level1",
    "country": "country",
    "company": "organization",
}
_POSTAL_LABELS = {"us": _("ZIP code"), "uk": _("Postcode")}


class CheckoutForm(forms.Form):
    """Everything checkout asks for on one page. Without `physical` goods it asks for a country, not for an address."""

    use_required_attribute = True

    email = forms.EmailField(label=_("Email"), max_length=254, help_text=_("For the receipt and news of this order."))
    name = forms.CharField(label=_("Full name"), max_length=LENGTHS["name"])
    line1 = forms.CharField(label=_("Street and number"), max_length=LENGTHS["line1"])
    line2 = forms.CharField(label=_("Apartment, floor, company"), max_length=LENGTHS["line2"], required=False)
    postal_code = forms.CharField(label=_("Postal code"), max_length=LENGTHS["postal_code"])
    city = forms.CharField(label=_("City"), max_length=LENGTHS["city"])
    region = forms.ChoiceField(label=_("State"), choices=[("", _("Choose a state")), *US_STATES.items()])
    country = forms.ChoiceField(label=_("Country"))
    company = forms.CharField(label=_("Company"), max_length=LONGEST_COMPANY, required=False)
    vat_id = forms.CharField(
        label=_("VAT id"),
        max_length=30,
        required=False,
        help_text=_("With the VAT id of another EU country you pay without VAT."),
    )
    shipping_method = forms.CharField(required=False, max_length=20)
    cart_version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    seen_total = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, market: Market, physical: bool, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.market, self.physical = market, physical
        if physical:
            self._fit_to(market)
        else:
            self._fit_to_downloads(market)
        if not EUROPEAN_UNION & set(market.countries):
            for name in BUSINESS_FIELDS:
                del self.fields[name]
        for name, value in _AUTOCOMPLETE.items():
            if name in self.fields:
                self.fields[name].widget.attrs["autocomplete"] = value

    def _fit_to(self, market: Market) -> None:
        country = cast(forms.ChoiceField, self.fields["country"])
        country.choices = [(code, str(countries.name(code) or code)) for code in market.countries]
        country.error_messages["invalid_choice"] = str(_("We do not deliver to this country from this shop."))
        if len(market.countries) == 1:
            country.widget = forms.HiddenInput()
            country.initial = market.countries[0]
        self.fields["postal_code"].label = _POSTAL_LABELS.get(market.code, _("Postal code"))
        if market.code == "us":
            self.fields["postal_code"].widget.attrs["inputmode"] = "numeric"
        else:
            del self.fields["region"]

    def _fit_to_downloads(self, market: Market) -> None:
        for name in set(ADDRESS_FIELDS) - set(PLACE_FIELDS):
            del self.fields[name]
        names = {code: str(name) for code, name in countries}
        country = cast(forms.ChoiceField, self.fields["country"])
        country.choices = [(code, names.pop(code)) for code in market.countries] + list(names.items())
        country.initial = market.countries[0]
        # Only the United States need one; `clean` tells.
        self.fields["region"].required = False

    @property
    def address(self) -> dict[str, str]:
        """The address as typed: what `place_order` checks once more."""
        return self._typed(ADDRESS_FIELDS) if self.physical else {}

    @property
    def buyer(self) -> Buyer:
        """Who buys, as typed."""
        place = {} if self.physical else self._typed(PLACE_FIELDS)
        return Buyer(**place, **self._typed(BUSINESS_FIELDS))

    def _typed(self, names: tuple[str, ...]) -> dict[str, str]:
        return {name: str(self.cleaned_data.get(name) or "") for name in names}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        try:
            postal = self._postal()
            # The register is asked once, when the order is placed.
            destination(postal, self.buyer, market=self.market, online=False)
        except (InvalidAddress, InvalidBusiness) as invalid:
            for name, text in invalid.errors.items():
                if name in self.fields and name not in self.errors:
                    self.add_error(name, text)
        return cleaned

    def _postal(self) -> PostalAddress | None:
        return postal_address(self.address, allowed=self.market.countries) if self.physical else None
