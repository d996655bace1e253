"""The forms of a product's page: its own fields, its variants, its pictures."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.html import format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _
from unfold import widgets

from catalog import queries
from catalog.admin.sku_owners import other_owners, taken
from catalog.domain import LIMITS, MAX_PRICE, MAX_RANK, SKU, SLUG, TEXT_LIMITS, Image, Kind, Product, Status, TaxClass
from catalog.exporting.cells import lines_of, pairs_of
from shopcloud.lib.money import decimals
from shopcloud.lib.resilience import TierUnavailable

CURRENCIES = ("USD", "EUR", "GBP")
STORE_AWAY = "The store of pictures and files does not answer. Nothing was saved; try again."
TAX_CLASSES = {
    TaxClass.STANDARD: _("Standard"),
    TaxClass.BOOKS: _("Books, newspapers"),
    TaxClass.EBOOKS: _("E-books"),
    TaxClass.FOOD: _("Food"),
    TaxClass.CHILDRENS_CLOTHING: _("Children's clothing"),
    TaxClass.MEDICAL: _("Medicines"),
    TaxClass.EVENTS: _("Admission to events"),
}
TEXT = widgets.UnfoldAdminTextInputWidget
NUMBER = widgets.UnfoldAdminIntegerFieldWidget
SELECT = widgets.UnfoldAdminSelectWidget
AREA = widgets.UnfoldAdminTextareaWidget


class LongSelect(widgets.UnfoldAdminSelectWidget):
    """A choice among many, drawn in one go: Django draws each option by a template, which takes four times as long for
    a hundred variants that choose among a hundred pictures.
    """

    def optgroups(self, name: str, value: list[str], attrs: Any = None) -> list[Any]:
        selected = mark_safe(" selected")
        rows = ((key, selected if str(key) in value else "", label) for key, label in self.choices)
        options = format_html_join("", '<option value="{}"{}>{}</option>', rows)
        return [(None, [{"template_name": "admin/catalog/options.html", "options": options}], 0)]


class ProseField(forms.CharField):
    """Text of several lines, which browsers send with carriage returns and the shop keeps without."""

    def to_python(self, value: Any) -> str:
        return str(super().to_python(value)).replace("\r\n", "\n")


class PairsField(forms.CharField):
    """A mapping written as `name: value` lines, in the spelling of our own files: whatever is stored comes back."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=AREA(attrs={"rows": kwargs.pop("rows", 5)}), **kwargs)

    def to_python(self, value: Any) -> dict[str, str]:  # type: ignore[override]
        text = str(value or "")
        if "\x00" in text:
            raise forms.ValidationError(_("Write no zero characters."))
        try:
            return pairs_of(text)
        except ValueError as error:
            raise forms.ValidationError(f"{error}.") from None

    def has_changed(self, initial: Any, data: Any) -> bool:
        # An empty text means an empty mapping: else an untouched empty variant would count as filled in.
        try:
            return bool(self.to_python(data) != (initial or {}))
        except forms.ValidationError:
            return True

    def prepare_value(self, value: Any) -> Any:
        return lines_of(value.items()) if isinstance(value, dict) else value


def whole_pairs(pairs: dict[str, str], held: Any) -> dict[str, str]:
    """What is stored stands as it is; whatever else is written has a name, a value and no more than its length."""
    most = LIMITS["attribute"]
    for name, value in pairs.items():
        if (held or {}).get(name) == value:
            continue
        if not name.strip() or not value.strip():
            raise forms.ValidationError(
                _("Write “name: value”; “%(part)s” is not.") % {"part": f"{name}: {value}"[:60]}
            )
        if max(len(name), len(value)) > most:
            raise forms.ValidationError(_("Write %(most)d characters at most.") % {"most": most})
    return pairs


class FilesInput(widgets.UnfoldAdminFileFieldWidget):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files in one field; cleaned to a list."""

    widget = FilesInput

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        single = super().clean
        return [single(item, initial) for item in data] if isinstance(data, list | tuple) else []

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(data)


class ProductForm(forms.Form):
    title = forms.CharField(max_length=200, widget=TEXT)
    slug = forms.RegexField(
        rf"\A(?:{SLUG.pattern})\Z",
        max_length=120,
        required=False,
        widget=TEXT,
        help_text=_("Part of the address: lower-case words and hyphens. Left empty, it is made from the title."),
        error_messages={"invalid": _("Write lower-case words joined by single hyphens, such as “halo-lamp”.")},
    )
    brand = forms.CharField(max_length=LIMITS["brand"], required=False, widget=TEXT)
    category = forms.ChoiceField(widget=SELECT)
    kind = forms.ChoiceField(choices=[(k.value, k.value.capitalize()) for k in Kind], widget=SELECT)
    status = forms.ChoiceField(choices=[(s.value, s.value.capitalize()) for s in Status], widget=SELECT)
    tax_class = forms.ChoiceField(
        choices=[(c.value, TAX_CLASSES[c]) for c in TaxClass],
        initial=TaxClass.STANDARD.value,
        required=False,
        widget=SELECT,
        help_text=_("Which goods it is to the tax office: some countries tax them less."),
    )
    description = ProseField(max_length=20_000, required=False, widget=AREA(attrs={"rows": 8}))
    seo_title = forms.CharField(
        max_length=TEXT_LIMITS["seo_title"],
        required=False,
        widget=TEXT(attrs={"data-best": "60"}),
        label=_("Title for search engines"),
        help_text=_("About 60 characters are shown. Left empty, the title is used."),
    )
    seo_description = ProseField(
        max_length=TEXT_LIMITS["seo_description"],
        required=False,
        widget=AREA(attrs={"rows": 3, "data-best": "160"}),
        label=_("Description for search engines"),
        help_text=_("About 160 characters are shown. Left empty, the first paragraph of the description is used."),
    )
    product_type = forms.ChoiceField(
        required=False, widget=SELECT, label=_("Type"), help_text=_("Decides which attributes are asked for.")
    )
    attributes = PairsField(
        required=False,
        label=_("More attributes"),
        help_text=_(
            "One a line, such as “Material: Oak”. A line break within a value is written \\n, a backslash \\\\."
        ),
    )
    rank = forms.IntegerField(
        min_value=0, max_value=MAX_RANK, initial=1000, widget=NUMBER, help_text=_("Lower comes first in its category.")
    )
    featured = forms.BooleanField(required=False, widget=widgets.UnfoldBooleanSwitchWidget, label=_("On the home page"))
    new_images = FilesField(required=False, label=_("Add pictures"), help_text=_("JPEG, PNG, WebP or AVIF."))
    model_file = forms.FileField(
        required=False,
        widget=widgets.UnfoldAdminFileFieldWidget,
        label=_("3D model"),
        help_text=_("GLB, 5 MB at most."),
    )
    without_model = forms.BooleanField(
        required=False, widget=widgets.UnfoldBooleanWidget, label=_("Take the model away")
    )
    download_file = forms.FileField(
        required=False, widget=widgets.UnfoldAdminFileFieldWidget, label=_("File to download"),
        help_text=_("What a buyer of a digital product receives."),
    )  # fmt: skip
    without_download = forms.BooleanField(
        required=False, widget=widgets.UnfoldBooleanWidget, label=_("Take the file away")
    )
    # The version the page was made from: a save on top of somebody else's is refused.
    version = forms.IntegerField(widget=forms.HiddenInput, initial=0)
    # What a new product will be called: the same page sent twice makes it once.
    new_id = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        tree = queries.tree()
        parents = {category.parent for category in tree}
        choices = [(c.path, c.path.replace("/", " / ")) for c in tree if c.path not in parents]
        current = self.initial.get("category")
        if current and current not in dict(choices):
            choices.append((current, current))
        self.fields["category"].choices = choices  # type: ignore[attr-defined]

    def clean_attributes(self) -> dict[str, str]:
        return whole_pairs(self.cleaned_data["attributes"], self.initial.get("attributes"))


class VariantForm(forms.Form):
    sku = forms.RegexField(
        rf"\A(?:{SKU.pattern})\Z",
        label="SKU",
        widget=TEXT,
        error_messages={"invalid": _("Write up to 64 letters, digits or ._/- and start with a letter or digit.")},
    )
    options = PairsField(rows=2, required=False, help_text=_("One a line, such as “Finish: Oak”."))
    weight_grams = forms.IntegerField(
        label=_("Weight (g)"), min_value=0, max_value=10_000_000, required=False, widget=NUMBER
    )
    barcode = forms.CharField(max_length=LIMITS["barcode"], required=False, widget=TEXT)
    image = forms.ChoiceField(required=False, label=_("Picture"), widget=LongSelect)

    def __init__(self, *args: Any, images: Sequence[Image] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = [(image.key, f"{place}: {image.alt}") for place, image in enumerate(images, start=1)]
        self.fields["image"].choices = [("", _("The main picture")), *named]  # type: ignore[attr-defined]
        for currency in CURRENCIES:
            places = decimals(currency)
            self.fields[currency] = forms.DecimalField(
                min_value=0,
                max_value=Decimal(MAX_PRICE).scaleb(-places),
                decimal_places=places,
                required=False,
                label=currency,
                widget=widgets.UnfoldAdminDecimalFieldWidget(attrs={"step": "0.01"}),
            )

    def clean_options(self) -> dict[str, str]:
        return whole_pairs(self.cleaned_data["options"], self.initial.get("options"))

    def prices(self) -> dict[str, int]:
        """Currency -> minor units, for the currencies that were filled in."""
        given = {c: self.cleaned_data.get(c) for c in CURRENCIES}
        return {c: int(amount.scaleb(decimals(c))) for c, amount in given.items() if amount is not None}


class BaseVariantFormSet(forms.BaseFormSet):  # type: ignore[type-arg]
    """The variants of `product`, None for a new one, which will be called `product_id`."""

    def __init__(self, *args: Any, product: Product | None = None, product_id: str = "", **kwargs: Any) -> None:
        self.product, self.product_id = product, product_id
        super().__init__(*args, **kwargs)

    def clean(self) -> None:
        if any(self.errors):
            return
        kept = self.kept()
        if not kept:
            raise forms.ValidationError(_("A product has at least one variant."))
        seen: dict[str, VariantForm] = {}
        for form in kept:
            sku = form.cleaned_data["sku"]
            if sku in seen:
                form.add_error("sku", _("Another variant has this SKU."))
            seen.setdefault(sku, form)
        self._refuse_foreign(seen)

    def _refuse_foreign(self, forms_by_sku: dict[str, VariantForm]) -> None:
        new = [sku for sku in forms_by_sku if self.product is None or self.product.variant(sku) is None]
        try:
            owners = other_owners(new, self.product_id) if new else {}
        except TierUnavailable:
            raise forms.ValidationError(_("Whose the new SKUs are cannot be told now. Please try again.")) from None
        for sku, owner in owners.items():
            forms_by_sku[sku].add_error("sku", taken(owner))

    deletion_widget = widgets.UnfoldBooleanWidget

    def kept(self) -> list[VariantForm]:
        return [f for f in self.forms if f.cleaned_data.get("sku") and not f.cleaned_data.get("DELETE")]


VariantFormSet = forms.formset_factory(
    VariantForm, formset=BaseVariantFormSet, extra=1, can_delete=True, max_num=100, validate_max=True
)


class ImageForm(forms.Form):
    """One picture the product has: its place and what it shows."""

    key = forms.CharField(widget=forms.HiddenInput)
    position = forms.IntegerField(min_value=0, max_value=999, widget=NUMBER)
    alt = forms.CharField(max_length=LIMITS["alt"], required=False, widget=TEXT, label=_("What it shows"))


class BaseImageFormSet(forms.BaseFormSet):  # type: ignore[type-arg]
    deletion_widget = widgets.UnfoldBooleanWidget


ImageFormSet = forms.formset_factory(ImageForm, formset=BaseImageFormSet, extra=0, can_delete=True, max_num=50)
