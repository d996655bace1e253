"""What staff write on a draft's page, and what it means for the draft."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django_countries import countries
from unfold import widgets

from accounts.domain import LENGTHS, US_STATES
from orders.drafts import MAX_QUANTITY, UnknownSku, Wanted, WantedLine, line_of_sku
from orders.forms import ADDRESS_FIELDS
from orders.models import Draft
from shopcloud.lib.market import Market, markets
from shopcloud.lib.money import BadMoney, Money

TEXT = widgets.UnfoldAdminTextInputWidget
EMAIL = widgets.UnfoldAdminEmailInputWidget
NUMBER = widgets.UnfoldAdminIntegerFieldWidget
SELECT = widgets.UnfoldAdminSelectWidget
AREA = widgets.UnfoldAdminTextareaWidget


class NewDraftForm(forms.Form):
    market = forms.ChoiceField(label=_("Market"), widget=SELECT)
    email = forms.EmailField(label=_("Customer's email"), max_length=254, required=False, widget=EMAIL)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["market"].choices = [(m.code, f"{m.name} ({m.currency})") for m in markets().values()]  # type: ignore[attr-defined]


class AmountField(forms.CharField):
    """An amount of the draft's currency, in minor units; None where nothing was written."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, max_length=20, widget=TEXT({"inputmode": "decimal"}), **kwargs)
        self.currency = "USD"

    def clean(self, value: Any) -> int | None:
        text = str(super().clean(value)).strip()
        if not text:
            return None
        try:
            amount = Money.parse(text, self.currency).amount
        except BadMoney as error:
            raise forms.ValidationError(str(error)) from None
        if not 0 <= amount < 10**11:
            raise forms.ValidationError(_("This cannot be an amount."))
        return amount


class LineForm(forms.Form):
    """A line that is there: its SKU stays, quantity and price change; `remove` takes it out."""

    sku = forms.CharField(max_length=64, widget=forms.HiddenInput)
    product_id = forms.CharField(max_length=40, widget=forms.HiddenInput)
    quantity = forms.IntegerField(min_value=1, max_value=MAX_QUANTITY, widget=NUMBER)
    price = AmountField()
    remove = forms.BooleanField(required=False, widget=widgets.UnfoldBooleanWidget)

    def __init__(self, *args: Any, currency: str = "USD", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["price"].currency = currency  # type: ignore[attr-defined]

    def wanted(self) -> WantedLine | None:
        got = self.cleaned_data
        return None if got["remove"] else WantedLine(got["sku"], got["product_id"], got["quantity"], got["price"])


LineForms = forms.formset_factory(LineForm, extra=0, max_num=200, absolute_max=200)


class DraftForm(forms.Form):
    """Everything but the lines. The address may be incomplete until the draft is sent."""

    email = forms.EmailField(label=_("Customer's email"), max_length=254, required=False, widget=EMAIL)
    name = forms.CharField(label=_("Full name"), required=False, max_length=LENGTHS["name"], widget=TEXT)
    line1 = forms.CharField(label=_("Street and number"), required=False, max_length=LENGTHS["line1"], widget=TEXT)
    line2 = forms.CharField(
        label=_("Apartment, floor, company"), required=False, max_length=LENGTHS["line2"], widget=TEXT
    )
    postal_code = forms.CharField(
        label=_("Postal code"), required=False, max_length=LENGTHS["postal_code"], widget=TEXT
    )
    city = forms.CharField(label=_("City"), required=False, max_length=LENGTHS["city"], widget=TEXT)
    region = forms.ChoiceField(label=_("State"), required=False, choices=[("", "–"), *US_STATES.items()], widget=SELECT)
    country = forms.ChoiceField(label=_("Country"), widget=SELECT)
    shipping_method = forms.ChoiceField(label=_("Delivery"), required=False, widget=SELECT)
    discount = AmountField(label=_("Discount on the goods"))
    hold_hours = forms.TypedChoiceField(
        label=_("Keep the items for"), choices=Draft.Hold.choices, coerce=int, widget=SELECT
    )
    message = forms.CharField(
        label=_("Message to the customer"), required=False, max_length=1000, widget=AREA({"rows": 3})
    )
    add_sku = forms.CharField(label=_("SKU"), required=False, max_length=64, widget=TEXT({"autocomplete": "off"}))
    add_quantity = forms.IntegerField(
        label=_("Quantity"), required=False, min_value=1, max_value=MAX_QUANTITY, initial=1, widget=NUMBER
    )

    def __init__(self, *args: Any, market: Market, methods: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = dict(countries)
        self.fields["country"].choices = [(c, str(names.get(c, c))) for c in market.countries]  # type: ignore[attr-defined]
        self.fields["shipping_method"].choices = methods  # type: ignore[attr-defined]
        self.fields["discount"].currency = market.currency  # type: ignore[attr-defined]
        if market.code != "us":
            del self.fields["region"]

    def clean_add_sku(self) -> WantedLine | None:
        """The line to add, looked up in the catalog."""
        sku = self.cleaned_data["add_sku"].strip()
        if not sku:
            return None
        try:
            return line_of_sku(sku)
        except UnknownSku as unknown:
            raise forms.ValidationError(str(unknown)) from None

    def wanted(self, lines: list[WantedLine]) -> Wanted:
        """The draft as the page says, with what is to be added: more of a SKU that is there adds to its line."""
        got = self.cleaned_data
        added, quantity = got.get("add_sku"), got.get("add_quantity") or 1
        if added is not None:
            held = next((line for line in lines if line.sku == added.sku), None)
            lines = [line for line in lines if line.sku != added.sku]
            units = quantity + (held.quantity if held else 0)
            lines.append(WantedLine(added.sku, added.product_id, units, held.price if held else None))
        return Wanted(
            email=got["email"].strip(),
            lines=tuple(lines),
            address={name: str(got.get(name, "")).strip() for name in ADDRESS_FIELDS},
            shipping_method=got["shipping_method"],
            discount=got["discount"] or 0,
            message=got["message"].strip(),
            hold_hours=got["hold_hours"],
        )
