"""What staff say of a file of products: the file itself, then which of its columns are what."""

from typing import Any

from django import forms
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from catalog import queries
from catalog.domain import CATEGORY
from catalog.importing.guess import (
    NAMES,
    NEEDED,
    guessed,
    mapping_of,
    picture_columns,
    shipped_for,
    shopify_mapping,
    usable,
)
from catalog.importing.mapping import read_mapping
from catalog.importing.rows import MAX_BYTES, Table
from catalog.importing.shopify import is_shopify

CURRENCIES = ("USD", "EUR", "GBP")
_LABELS = {
    "id": "Product id", "title": "Title", "slug": "Address (slug)", "price": "Price", "sku": "SKU", "brand": "Brand",
    "description": "Description", "category": "Category", "stock": "Stock (units on hand)", "barcode": "Barcode",
    "weight_grams": "Weight in grams", "status": "Status", "tax_class": "Tax class",
}  # fmt: skip


def form_for(columns: tuple[str, ...], kept: dict[str, Any], data: Any = None) -> "ShopifyForm | MappingForm":
    """What is asked about a file with these columns; `kept` is what was said before."""
    return ShopifyForm(kept, data) if is_shopify(Table(columns, (), 0)) else MappingForm(columns, data)


class UploadForm(forms.Form):
    file = forms.FileField(
        label="File",
        help_text="CSV, XLSX or JSON Lines, at most 200 MB and 500,000 rows. "
        "A Shopify product export is known by its header.",
        error_messages={"required": "Choose a file first.", "empty": "This file is empty."},
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.xlsx,.tsv,.txt,.jsonl,.ndjson,text/csv"}),
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > MAX_BYTES:
            megabytes = MAX_BYTES // 1024 // 1024
            raise forms.ValidationError(f"{file.name} is larger than {megabytes} MB: split it into several files.")
        return file


class PlaceForm(forms.Form):
    """What no file says: which money its prices are, and where its products stand."""

    currency = forms.ChoiceField(choices=[(c, c) for c in CURRENCIES], widget=UnfoldAdminSelectWidget)
    below = forms.CharField(
        required=False,
        label="Put categories below",
        help_text="A path such as furniture; empty puts them at the top.",
        widget=UnfoldAdminTextInputWidget,
    )
    default_category = forms.CharField(
        required=False,
        label="Category where the file has none",
        help_text="A path such as lighting/table-lamps.",
        widget=UnfoldAdminTextInputWidget(attrs={"list": "category-paths"}),
    )

    def paths(self) -> list[str]:
        return [category.path for category in queries.tree()]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        for field in ("below", "default_category"):
            if cleaned.get(field) and not CATEGORY.fullmatch(cleaned[field]):
                self.add_error(field, "Write a path of lower-case words such as lighting/table-lamps.")
        return cleaned


class ShopifyForm(PlaceForm):
    """Of a Shopify export, whose columns are known."""

    def __init__(self, kept: dict[str, Any], data: Any = None) -> None:
        category = (kept or read_mapping("shopify"))["category"]
        super().__init__(
            data,
            initial={
                "currency": kept["price"]["currency"] if kept else "",
                "below": category["prefix"],
                "default_category": category["default"],
            },
        )
        currency, default = self.fields["currency"], self.fields["default_category"]
        currency.label = "Currency of the prices in the file"
        currency.help_text = "New variants get converted prices in the other currencies; others keep those they have."
        currency.choices = [("", "(choose)"), *((c, c) for c in CURRENCIES)]  # type: ignore[attr-defined]
        default.label, default.required = "Category where none fits", True

    def mapping(self) -> dict[str, Any]:
        """Of a valid form."""
        return shopify_mapping(self.cleaned_data)


class MappingForm(PlaceForm):
    """One choice of column for each field that a product has; the other columns may become attributes."""

    decimal = forms.ChoiceField(
        choices=[(".", "1,234.50"), (",", "1.234,50")], label="Numbers look like", widget=UnfoldAdminSelectWidget
    )
    images = forms.MultipleChoiceField(
        required=False,
        label="Columns with pictures",
        help_text="Addresses (https://…) or media keys, several in a cell divided by blanks or bars. The product shows "
        "them in this order. An address is fetched once: give a changed picture another one, such as …?v=2.",
        widget=forms.CheckboxSelectMultiple,
    )
    attributes = forms.MultipleChoiceField(
        required=False, label="Columns to keep as attributes", widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, columns: tuple[str, ...], data: Any = None) -> None:
        super().__init__(data, initial={**guessed(columns), "images": picture_columns(columns)})
        named = [name for name in columns if usable(name)]
        for field in NAMES:
            self.fields[field] = forms.ChoiceField(
                label=_LABELS[field],
                required=field in NEEDED,
                choices=[("", "(no column)"), *((name, name) for name in named)],
                error_messages={"required": "Choose the column that holds it."},
                widget=UnfoldAdminSelectWidget,
            )
        for field in ("attributes", "images"):
            self.fields[field].choices = [(name, name) for name in named]  # type: ignore[attr-defined]
        shipped = shipped_for(columns)
        self.fields["shipped"] = forms.ChoiceField(
            required=False,
            label="Mapping",
            choices=[("", "The columns chosen below"), *([(shipped, f"Ready-made: {shipped}")] if shipped else [])],
            widget=UnfoldAdminSelectWidget,
            initial=shipped,
        )
        self.has_shipped = bool(shipped)
        if self.data.get("shipped"):
            for field in NEEDED:
                self.fields[field].required = False

    def column_fields(self) -> list[Any]:
        return [self[field] for field in NAMES]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not (cleaned.get("category") or cleaned.get("default_category") or cleaned.get("shipped")):
            self.add_error("default_category", "Choose a category column above, or name one category for all here.")
        return cleaned

    def mapping(self) -> dict[str, Any]:
        """Of a valid form."""
        chosen = self.cleaned_data
        return read_mapping(chosen["shipped"]) if chosen["shipped"] else mapping_of(chosen)
