"""The facets of attributes in a shopper's words: a type's labels, its units, and numbers by their size."""

from collections.abc import Iterable
from dataclasses import replace

from catalog import product_types
from catalog.product_types import Attribute, Kind
from catalog.search.facts import key_of
from catalog.search.index import AttributeFacet, FacetValue


def offered() -> tuple[str, ...]:
    """The names of the attributes that a shopper may narrow by. Never raises."""
    return tuple(sharing[0].name for sharing in product_types.filterable().values())


def in_words(facets: Iterable[AttributeFacet], language: str) -> tuple[AttributeFacet, ...]:
    known = product_types.filterable()
    return tuple(_told(facet, known.get(key_of(facet.name), []), language) for facet in facets)


def label_of(name: str, language: str) -> str:
    sharing = product_types.filterable().get(key_of(name))
    return sharing[0].label_in(language) if sharing else product_types.plain_name(name)


def value_of(name: str, value: str, language: str) -> str:
    return _spoken(product_types.filterable().get(key_of(name), []), value, language)


def _told(facet: AttributeFacet, sharing: list[Attribute], language: str) -> AttributeFacet:
    if not sharing:
        return facet
    values = [replace(value, label=_spoken(sharing, value.value, language)) for value in facet.values]
    if sharing[0].kind == Kind.NUMBER:
        values.sort(key=_size)
    return replace(facet, label=sharing[0].label_in(language), values=tuple(values))


def _spoken(sharing: list[Attribute], value: str, language: str) -> str:
    """In the words of the first type that has some of its own for it."""
    said = (attribute.spoken(value, language) for attribute in sharing)
    return next((words for words in said if words != value), value)


def _size(value: FacetValue) -> tuple[float, str]:
    try:
        return float(value.value), value.value
    except ValueError:
        return float("inf"), value.value
