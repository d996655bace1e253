"""A product's texts in the languages beside English, on its page in the admin."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from catalog.admin.forms import AREA, TEXT, ProseField
from catalog.domain import LANGUAGES, TEXT_LIMITS, Product

NAMES = {"de": _("German"), "fr": _("French")}


class WordingForm(forms.Form):
    """Every text may stay empty: the shop then says it in English."""

    title = forms.CharField(max_length=TEXT_LIMITS["title"], required=False, widget=TEXT)
    description = ProseField(max_length=TEXT_LIMITS["description"], required=False, widget=AREA(attrs={"rows": 6}))
    seo_title = forms.CharField(
        max_length=TEXT_LIMITS["seo_title"],
        required=False,
        widget=TEXT(attrs={"data-best": "60"}),
        label=_("Title for search engines"),
    )
    seo_description = ProseField(
        max_length=TEXT_LIMITS["seo_description"],
        required=False,
        widget=AREA(attrs={"rows": 3, "data-best": "160"}),
        label=_("Description for search engines"),
    )

    def __init__(self, language: str, data: Any, initial: Any) -> None:
        super().__init__(data, prefix=f"text-{language}", initial=initial)
        self.language, self.name = language, NAMES[language]
        for name, english in self.fields.items():
            english.widget.attrs["lang"] = language
            english.widget.attrs["data-text"] = name

    def texts(self) -> dict[str, str]:
        return {name: text for name, text in self.cleaned_data.items() if text}

    def said(self) -> int:
        """How many of the texts there are."""
        return sum(bool(self[name].value()) for name in self.fields)


class Wordings:
    """One form for each language."""

    def __init__(self, product: Product | None, data: Any = None) -> None:
        held = product.translations if product else {}
        self.forms = [WordingForm(language, data, held.get(language)) for language in LANGUAGES]

    def __iter__(self) -> Iterator[WordingForm]:
        return iter(self.forms)

    def is_valid(self) -> bool:
        valid = [form.is_valid() for form in self.forms]
        return all(valid)

    def has_changed(self) -> bool:
        return any(form.has_changed() for form in self.forms)

    def translations(self) -> dict[str, dict[str, str]]:
        """Language -> text by field, without what was left empty."""
        return {form.language: texts for form in self.forms if (texts := form.texts())}
