"""The attributes that a product's type asks for, each with its own field on the product's page in the admin."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from catalog import product_types, queries
from catalog.admin.forms import AREA, SELECT, TEXT, PairsField, ProseField
from catalog.domain import LIMITS, Freshness, Product
from catalog.product_types import NO, YES, Attribute, Kind, Type


class NumberField(forms.DecimalField):
    """A number typed with a point; cleaned to the text that products keep."""

    def clean(self, value: Any) -> Any:
        number = super().clean(value)
        return format(number.normalize() + Decimal(0), "f") if number is not None else ""

    def has_changed(self, initial: Any, data: Any) -> bool:
        return str(initial or "") != str(data or "").strip()


class TextField(ProseField):
    """A text that, until somebody edits it, stays as it is stored, blanks around it and all."""

    def __init__(self, held: str, **kwargs: Any) -> None:
        # One line would lose the ends of several.
        widget = AREA(attrs={"rows": 3}) if len(held.splitlines()) > 1 else TEXT()
        super().__init__(max_length=max(LIMITS["attribute"], len(held)), widget=widget, **kwargs)
        self.held = held

    def to_python(self, value: Any) -> str:
        text = super().to_python(value)
        return self.held if text == super().to_python(self.held) else text


class TypedForm(forms.Form):
    """The fields of one type, filled from a product's attributes; without a type it has none."""

    def __init__(self, kind: Type | None, held: Mapping[str, str], data: Any = None) -> None:
        attributes = kind.attributes if kind else ()
        super().__init__(data, prefix="typed", initial={a.name: _typed(a, held.get(a.name, "")) for a in attributes})
        for attribute in attributes:
            self.fields[attribute.name] = _field(attribute, held.get(attribute.name, ""))

    def values(self) -> dict[str, str]:
        """What was filled in, by attribute."""
        return {name: value for name, value in self.cleaned_data.items() if value}


class TypedAttributes:
    """All attributes of a product: those of its type and the free ones, however the type changes."""

    def __init__(self, product: Product | None, data: Any = None) -> None:
        self.types = product_types.read_types()
        self._held = dict(product.attributes) if product else {}
        stored = _of(self.types, product.product_type if product else "")
        self._own = {a.name for a in stored.attributes} if stored else set()
        chosen = stored if data is None else _of(self.types, str(data.get("product_type", "")))
        self.form = TypedForm(chosen, self._held, _with_free(chosen, data))

    @property
    def choices(self) -> list[tuple[str, str]]:
        return [("", "—"), *((found.code, found.name) for found in self.types)]

    def free(self) -> dict[str, str]:
        """What the product says beside its type."""
        return {name: value for name, value in self._held.items() if name not in self._own}

    def is_valid(self) -> bool:
        return self.form.is_valid()

    def has_changed(self) -> bool:
        return self.form.has_changed()

    def merged(self, free: Mapping[str, str]) -> dict[str, str]:
        """The attributes to keep: the type's, the free ones, and what another type had asked for before."""
        fields = set(self.form.fields)
        earlier = {n: v for n, v in self._held.items() if n in self._own - fields and n not in free}
        return {**self.form.values(), **{n: v for n, v in free.items() if n not in fields}, **earlier}


def typed_fields(request: HttpRequest) -> HttpResponse:
    """The fields of a type that was just chosen, filled with what the product says already."""
    if not request.user.has_perm("catalog.view_catalogproduct"):  # type: ignore[union-attr]
        raise PermissionDenied
    try:
        held = queries.product(request.GET.get("product", ""), freshness=Freshness.STRONG).attributes
    except queries.ProductNotFound:
        held = {}
    form = TypedForm(_of(product_types.read_types(), request.GET.get("product_type", "")), held)
    return render(request, "admin/catalog/product_typed.html", {"typed": form})


def _of(types: Iterable[Type], code: str) -> Type | None:
    return next((found for found in types if found.code == code), None)


def _with_free(kind: Type | None, data: Any) -> Any:
    """A type that was just chosen asks for what the free attributes say: they fill its fields."""
    if data is None or kind is None:
        return data
    try:
        free = PairsField(required=False).to_python(data.get("attributes"))
    except forms.ValidationError:
        return data
    filled = data.copy()
    for attribute in kind.attributes:
        name = f"typed-{attribute.name}"
        if attribute.name in free and not str(data.get(name, "")).strip():
            filled[name] = _typed(attribute, free[attribute.name])
    return filled


def _typed(attribute: Attribute, value: str) -> str:
    """A value as its field shows it: a number without the unit that a file may have written."""
    return value.removesuffix(attribute.unit).strip() if attribute.kind == Kind.NUMBER and attribute.unit else value


def _field(attribute: Attribute, held: str) -> forms.Field:
    label = attribute.label_in(get_language() or "en")
    given: dict[str, Any] = {"label": label, "required": attribute.required}
    if attribute.kind == Kind.NUMBER:
        given["label"] = f"{label} ({attribute.unit})" if attribute.unit else label
        return NumberField(max_digits=12, decimal_places=4, widget=TEXT(attrs={"inputmode": "decimal"}), **given)
    if attribute.kind == Kind.TEXT:
        return TextField(held, **given)
    yes_or_no = {YES: _("Yes"), NO: _("No")}
    offered: dict[str, Any] = yes_or_no if attribute.kind == Kind.BOOLEAN else dict.fromkeys(attribute.choices)
    choices = [("", "—"), *((value, said or value) for value, said in offered.items())]
    if held and held not in offered:
        # What the product says already stays choosable, or saving anything else would take it away.
        choices.append((held, held))
    return forms.ChoiceField(choices=choices, widget=SELECT, **given)
