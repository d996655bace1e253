"""The facets of attributes in a shopper's words: a type's labels, its units, and numbers by their size."""

from collections.abc import Iterable
from dataclasses import replace

from catalog import product_types
from catalog.product_types import Attribute, Kind
from catalog.search.facts import key_of
from catalog.search.index import AttributeFacet, FacetValue


def offered() -> tuple[str, ...]:
    """The names of the attributes that a shopper may narrow by. Never raises."""
    return tuple(attribute.name for attribute in product_types.filterable().values())


def in_words(facets: Iterable[AttributeFacet], language: str) -> tuple[AttributeFacet, ...]:
    known = product_types.filterable()
    return tuple(_told(facet, known.get(key_of(facet.name)), language) for facet in facets)


def label_of(name: str, language: str) -> str:
    attribute = product_types.filterable().get(key_of(name))
    return attribute.label_in(language) if attribute else product_types.plain_name(name)


def value_of(name: str, value: str, language: str) -> str:
    attribute = product_types.filterable().get(key_of(name))
    return attribute.spoken(value) if attribute else value


def _told(facet: AttributeFacet, attribute: Attribute | None, language: str) -> AttributeFacet:
    if attribute is None:
        return facet
    values = [replace(value, label=attribute.spoken(value.value)) for value in facet.values]
    if attribute.kind == Kind.NUMBER:
        values.sort(key=_size)
    return replace(facet, label=attribute.label_in(language), values=tuple(values))


def _size(value: FacetValue) -> tuple[float, str]:
    try:
        return float(value.value), value.value
    except ValueError:
        return float("inf"), value.value
