"""Kinds of products and the attributes that each of them has, as staff keep them: which fields a product's page in the
admin shows, and what a shopper reads beside a value. A product says which type it is of; its values stay its own.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.utils.translation import gettext, override

from catalog.domain import Product, Variant
from catalog.models import ProductType, TypeAttribute
from catalog.search.facts import key_of
from catalog.type_models import BECOMES, LANGUAGES_OF_WORDS
from shopcloud.lib import residency
from shopcloud.lib.snapshot import Snapshot, SnapshotUnavailable

Kind = TypeAttribute.Kind
YES, NO = "Yes", "No"
_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")


@dataclass(frozen=True, slots=True)
class Attribute:
    """`labels` are (language, label) pairs; `unit` is that of a number; `words` are what values are called, where
    not by themselves: (language, ((value, words), ...)) pairs.
    """

    name: str
    kind: str
    unit: str = ""
    choices: tuple[str, ...] = ()
    required: bool = False
    labels: tuple[tuple[str, str], ...] = ()
    filterable: bool = False
    words: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = ()

    def label_in(self, language: str) -> str:
        labels = dict(self.labels)
        return labels.get(language.partition("-")[0]) or labels.get("en") or plain_name(self.name)

    def spoken(self, value: str, language: str) -> str:
        """A value as a shopper reads it; where it has no words in a language, those of English or itself."""
        words = dict(self.words)
        for known in (language.partition("-")[0], "en"):
            if said := dict(words.get(known, ())).get(value):
                return said
        if self.kind == Kind.BOOLEAN and value in (YES, NO):
            with override(language):
                return gettext("Yes") if value == YES else gettext("No")
        return f"{value} {self.unit}" if self.unit and _NUMBER.fullmatch(value) else value


@dataclass(frozen=True, slots=True)
class Type:
    code: str
    name: str
    attributes: tuple[Attribute, ...]


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of a product's details in a shopper's words: `value` is what the product says, `text` what is read.
    An option of a variant is told so too.
    """

    name: str
    label: str
    value: str
    text: str


def read_types() -> tuple[Type, ...]:
    """Every type with its attributes, in their order, in two statements."""
    rows = ProductType.objects.order_by("name").prefetch_related("attributes")
    return tuple(Type(row.code, row.name, tuple(map(_attribute, row.attributes.all()))) for row in rows)


def open_types(types: Iterable[Type]) -> int:
    """Make the types that are missing; returns how many. What staff made of the others stays."""
    made = 0
    for wanted in types:
        with residency.atomic_catalog():
            row, is_new = ProductType.objects.get_or_create(code=wanted.code, defaults={"name": wanted.name})
            if is_new:
                places = enumerate(wanted.attributes)
                TypeAttribute.objects.bulk_create([_row(row, attribute, place) for place, attribute in places])
        made += is_new
    TYPES.forget()
    return made


# Named by its shape: a process of another release reads the copies of its own.
TYPES = Snapshot("product-types-2", read_types, seconds=30.0)


def filterable() -> dict[str, list[Attribute]]:
    """What shoppers may choose by, in the types' order, by name: types may share one, and each may have words for it.

    Never raises: nothing while types cannot be read.
    """
    try:
        types = TYPES.get()
    except SnapshotUnavailable:
        return {}
    found: dict[str, list[Attribute]] = {}
    for attribute in (a for kind in types for a in kind.attributes if a.filterable):
        found.setdefault(key_of(attribute.name), []).append(attribute)
    return found


def filterable_of(product: Product) -> frozenset[str]:
    """The same for one product, as the index needs it. Raises SnapshotUnavailable: what it does not know it may not
    leave out.
    """
    kinds = (kind for kind in TYPES.get() if kind.code == product.product_type) if product.product_type else ()
    return frozenset(key_of(a.name) for kind in kinds for a in kind.attributes if a.filterable)


def spoken_of(product: Product) -> dict[str, list[str]]:
    """What values of a product's attributes and options are called, by language, as the index needs it: those with
    words of their own, once each. Raises SnapshotUnavailable, as `filterable_of` does.
    """
    found: dict[str, dict[str, None]] = {}
    said = [*product.attributes.items(), *(pair for v in product.variants for pair in v.options.items())]
    kinds = (kind for kind in TYPES.get() if kind.code == product.product_type) if product.product_type else ()
    known = {key_of(a.name): a for kind in kinds for a in kind.attributes}
    for name, value in said:
        attribute = known.get(key_of(name))
        for language, words in attribute.words if attribute else ():
            if spoken := dict(words).get(value):
                found.setdefault(language, {})[spoken] = None
    return {language: list(words) for language, words in found.items()}


def option_in(product: Product, language: str) -> Callable[[str, str], tuple[str, str]]:
    """How an option of a variant and its value are read: the words of the type's attribute of that name, where it has
    one. Never raises.
    """
    known = {key_of(name): attribute for name, attribute in _attributes_of(product).items()}

    def told(name: str, value: str) -> tuple[str, str]:
        attribute = known.get(key_of(name))
        if attribute is None:
            return plain_name(name), value
        return attribute.label_in(language), attribute.spoken(value, language)

    return told


def option_facts(product: Product, language: str) -> dict[str, list[Fact]]:
    """The options of each variant, by its SKU, as the page tells them. Never raises."""
    told = option_in(product, language)

    def fact(name: str, value: str) -> Fact:
        label, text = told(name, value)
        return Fact(name, label, value, text)

    return {v.sku: [fact(name, value) for name, value in v.options.items()] for v in product.variants}


def options_in(product: Product, variant: Variant, language: str) -> dict[str, str]:
    """The options of one of its variants by their names, each value as a shopper reads it. Never raises."""
    told = option_in(product, language)
    return {name: told(name, value)[1] for name, value in variant.options.items()}


def label_in(product: Product, variant: Variant, language: str) -> str:
    """What tells a variant from the others, in a shopper's words: "Eiche / Groß". Never raises."""
    return " / ".join(options_in(product, variant, language).values())


def facts(product: Product, language: str) -> list[Fact]:
    """The attributes as the page tells them: in the type's order and words, then what the type does not know.

    A product without a type costs no read. Never raises: while the types cannot be read, names stand for labels.
    """
    # As search and options do: a file that says "Material" means the type's "material".
    known = {key_of(name): attribute for name, attribute in _attributes_of(product).items()}
    places = {key: place for place, key in enumerate(known)}
    ordered = sorted(product.attributes, key=lambda name: places.get(key_of(name), len(places)))
    return [_fact(name, product.attributes[name], known.get(key_of(name)), language) for name in ordered]


def plain_name(name: str) -> str:
    """An attribute without a label of its own: `seat_height` becomes "Seat height"."""
    words = name.replace("_", " ").strip()
    return words[:1].upper() + words[1:]


def _fact(name: str, value: str, attribute: Attribute | None, language: str) -> Fact:
    if attribute is None:
        return Fact(name, plain_name(name), value, value)
    return Fact(name, attribute.label_in(language), value, attribute.spoken(value, language))


def _attributes_of(product: Product) -> dict[str, Attribute]:
    if not product.product_type:
        return {}
    try:
        types = TYPES.get()
    except SnapshotUnavailable:
        return {}
    return {a.name: a for found in types if found.code == product.product_type for a in found.attributes}


def _row(owner: ProductType, attribute: Attribute, place: int) -> TypeAttribute:
    labels = dict(attribute.labels)
    return TypeAttribute(
        product_type=owner,
        name=attribute.name,
        kind=attribute.kind,
        unit=attribute.unit,
        choices="\n".join(attribute.choices),
        required=attribute.required,
        filterable=attribute.filterable,
        label=labels.get("en", ""),
        label_de=labels.get("de", ""),
        label_fr=labels.get("fr", ""),
        **{f"choices_{language}": _lines(words) for language, words in attribute.words},
        position=place,
    )


def _lines(words: tuple[tuple[str, str], ...]) -> str:
    return "\n".join(f"{value} {BECOMES} {said}" for value, said in words)


def _attribute(row: TypeAttribute) -> Attribute:
    labels = (("en", row.label), ("de", row.label_de), ("fr", row.label_fr))
    said = tuple((language, label) for language, label in labels if label)
    words = ((language, tuple(row.words_for(language).items())) for language in LANGUAGES_OF_WORDS)
    return Attribute(row.name, row.kind, row.unit, tuple(row.options), row.required, said, row.filterable, tuple(words))
