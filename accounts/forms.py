"""Forms of a person's account."""

from typing import Any, cast

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django_countries import countries

from accounts.domain import LENGTHS, InvalidAddress, PostalAddress, postal_address
from shopcloud.lib.market import Market, markets

# What browsers fill in by themselves.
AUTOCOMPLETE = {
    "name": "name",
    "line1": "address-line1",
    "line2": "address-line2",
    "city": "address-level2",
    "postal_code": "postal-code",
    "region": "address-level1",
}


def _text(label: Any, name: str, *, required: bool = True) -> forms.CharField:
    widget = forms.TextInput(attrs={"autocomplete": AUTOCOMPLETE[name]})
    return forms.CharField(label=label, max_length=LENGTHS[name], required=required, widget=widget)


def _market_choices() -> list[tuple[str, Any]]:
    return [("", _("No preference")), *((market.code, market.name) for market in markets().values())]


class AddressForm(forms.Form):
    """A delivery address; after `is_valid()`, `postal` is the checked address."""

    name = _text(_("Full name"), "name")
    line1 = _text(_("Street and number"), "line1")
    line2 = _text(_("Apartment, floor"), "line2", required=False)
    postal_code = _text(_("Postal code"), "postal_code", required=False)
    city = _text(_("City"), "city")
    region = _text(_("State or province"), "region", required=False)
    country = forms.ChoiceField(label=_("Country"), widget=forms.Select(attrs={"autocomplete": "country"}))
    is_default = forms.BooleanField(label=_("Use this address first"), required=False)

    def __init__(self, *args: Any, market: Market, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = dict(countries)
        near = [(code, names.pop(code)) for code in market.countries if code in names]
        country = cast("forms.ChoiceField", self.fields["country"])
        country.choices = [*near, *names.items()]
        country.initial = market.countries[0]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        try:
            self.postal: PostalAddress = postal_address(cleaned)
        except InvalidAddress as error:
            for name, text in error.errors.items():
                if name not in self.errors:
                    self.add_error(name, text)
        return cleaned


class ProfileForm(forms.Form):
    first_name = forms.CharField(
        label=_("First name"),
        max_length=150,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "given-name"}),
    )
    last_name = forms.CharField(
        label=_("Last name"),
        max_length=150,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "family-name"}),
    )
    language = forms.ChoiceField(label=_("Language of our emails"), choices=settings.LANGUAGES)
    market = forms.ChoiceField(label=_("Where you shop"), choices=_market_choices, required=False)
    cart_reminders = forms.BooleanField(
        label=_("Remind me by email of what I left in my cart"),
        help_text=_("One mail a cart at most. Every mail has a link that ends this."),
        required=False,
    )
