"""The types of products and their attributes, kept by staff."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from unfold.admin import StackedInline

from catalog import reindexing
from catalog.admin.forms import AREA
from catalog.models import ProductType, TypeAttribute
from catalog.product_types import TYPES
from catalog.type_models import LANGUAGES_OF_WORDS
from shopcloud.lib import clock, residency
from shopcloud.lib.staff import StaffAdmin

_SAID = "What shoppers read and search by, one a line: Oak = Eiche. The others are shown as they are."
_LISTS = ("choices", "choices_en", "choices_de", "choices_fr")


class AttributeForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = TypeAttribute
        fields = (
            "name",
            "kind",
            "position",
            "unit",
            "required",
            "filterable",
            *_LISTS,
            "label",
            "label_de",
            "label_fr",
        )
        help_texts = dict.fromkeys(_LISTS[1:], _SAID)
        widgets = {name: AREA(attrs={"rows": 3}) for name in _LISTS}


class AttributeInline(StackedInline):  # type: ignore[misc]
    model = TypeAttribute
    form = AttributeForm
    extra = 0
    fields = (
        ("name", "kind", "position"),
        ("unit", "required", "filterable"),
        "choices",
        ("choices_en", "choices_de", "choices_fr"),
        ("label", "label_de", "label_fr"),
    )


@admin.register(ProductType)
class ProductTypeAdmin(StaffAdmin):
    """Products of a type that was deleted keep what they say, as free attributes."""

    # Labels stand above their fields: three of them fit beside one another.
    compressed_fields = False
    list_display = ("name", "code")
    ordering = ("name",)
    search_fields = ("name",)
    inlines = (AttributeInline,)

    def search_for(self, term: str) -> Q:
        return Q(name__icontains=term) | Q(code__startswith=term)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("code",) if obj else ()

    def get_prepopulated_fields(self, request: HttpRequest, obj: Any = None) -> dict[str, tuple[str, ...]]:
        return {} if obj else {"code": ("name",)}

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """What shoppers may choose by, and in whose words, is said of each product in the index, which follows in the
        background.
        """
        with residency.atomic_catalog():
            before = _in_the_index(form.instance)
            super().save_related(request, form, formsets, change)
            is_new_to_shoppers = _in_the_index(form.instance) != before
            if is_new_to_shoppers:
                reindexing.ask(product_type=form.instance.code, now=clock.now())
        TYPES.forget()
        if is_new_to_shoppers:
            messages.info(request, "Search and category pages follow in a few minutes: products are being read again.")

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        with residency.atomic_catalog():
            if _in_the_index(obj):
                reindexing.ask(product_type=obj.code, now=clock.now())
            super().delete_model(request, obj)
        TYPES.forget()

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        for kind in queryset:
            self.delete_model(request, kind)


def _in_the_index(kind: ProductType) -> set[tuple[str, bool, str]]:
    """What search finds the type's products by, and counts: which attributes, and what their choices are called."""
    return {
        (row.name, row.filterable, repr({language: row.words_for(language) for language in LANGUAGES_OF_WORDS}))
        for row in kind.attributes.all()
        if row.filterable or any(row.words_for(language) for language in LANGUAGES_OF_WORDS)
    }
