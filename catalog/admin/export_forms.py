"""What staff say of a file they want: which products, and its format."""

from typing import Any

from django import forms
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from catalog import queries
from catalog.domain import Status
from catalog.exporting.chosen import Choice
from catalog.exporting.files import FORMATS


class ExportForm(forms.Form):
    """The fields are called as those that narrow the list of products."""

    q = forms.CharField(
        required=False,
        max_length=200,
        label="Search",
        help_text="Title, brand, SKU or barcode. Empty takes all.",
        widget=UnfoldAdminTextInputWidget,
    )
    status = forms.ChoiceField(
        required=False,
        choices=[("", "Any status"), *((s.value, s.value.capitalize()) for s in Status)],
        widget=UnfoldAdminSelectWidget,
    )
    category = forms.ChoiceField(required=False, widget=UnfoldAdminSelectWidget)
    format = forms.ChoiceField(
        choices=list(FORMATS.items()),
        initial="xlsx",
        help_text="XLSX for spreadsheets: it keeps the leading zeros of SKUs. CSV and JSON Lines for programs.",
        widget=UnfoldAdminSelectWidget,
    )

    def __init__(self, data: Any = None, **more: Any) -> None:
        super().__init__(data, **more)
        paths = [category.path for category in queries.tree()]
        self.fields["category"].choices = [  # type: ignore[attr-defined]
            ("", "Any category"), *((path, path) for path in paths)
        ]  # fmt: skip

    def choice(self) -> Choice:
        """Of a valid form."""
        said = self.cleaned_data
        return Choice(text=said["q"], status=said["status"], category=said["category"])
