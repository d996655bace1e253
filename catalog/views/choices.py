"""How a product's variants are offered: all options but the last as links, the last as radio buttons holding SKUs.

So the form always holds a real SKU, with or without scripts.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from catalog.domain import Product, Variant
from catalog.product_types import plain_name

# An option's name and its value, as a shopper reads them.
Told = Callable[[str, str], tuple[str, str]]


def as_it_stands(name: str, value: str) -> tuple[str, str]:
    return plain_name(name), value


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of an option, and the variant that picking it leads to."""

    label: str
    variant: Variant
    selected: bool
    in_stock: bool


@dataclass(frozen=True, slots=True)
class Option:
    """`name` and `chosen` as a shopper reads them."""

    name: str
    choices: tuple[Choice, ...]
    chosen: str


@dataclass(frozen=True, slots=True)
class Choices:
    """`links` are the leading options, `last` the one offered as radio buttons (None for a product of one variant)."""

    variant: Variant
    links: tuple[Option, ...]
    last: Option | None
    image_index: int


def choices_of(product: Product, *, sku: str, currency: str, told: Told = as_it_stands) -> Choices:
    """The options with `sku` chosen, in the words of `told`; an unknown `sku` means the first variant that can be
    bought.
    """
    variant = product.variant(sku) or _first(product.variants, currency)
    names = [name for name in variant.options if _differs(product, name)]
    options = [_option(product, name, names[:depth], variant, told) for depth, name in enumerate(names)]
    last = options.pop() if options else None
    if last is None and len(product.variants) > 1:
        last = _plain(product, variant, told)
    image = variant.image if variant.image is not None and variant.image < len(product.images) else 0
    return Choices(variant, tuple(options), last, image)


def _first(variants: tuple[Variant, ...], currency: str) -> Variant:
    sold = [v for v in variants if currency in v.prices]
    return next((v for v in sold if v.in_stock), (sold or list(variants))[0])


def _differs(product: Product, name: str) -> bool:
    return len({v.options.get(name) for v in product.variants}) > 1


def _option(product: Product, name: str, before: list[str], chosen: Variant, told: Told) -> Option:
    """The values of one option among the variants that share the options chosen `before` it."""
    siblings = [v for v in product.variants if all(v.options.get(n) == chosen.options.get(n) for n in before)]
    values: dict[str, list[Variant]] = {}
    for variant in siblings:
        if name in variant.options:
            values.setdefault(variant.options[name], []).append(variant)
    picked = chosen.options.get(name, "")
    choices = [_choice(told(name, value)[1], found, chosen, value == picked) for value, found in values.items()]
    label, picked_words = told(name, picked)
    return Option(label, tuple(choices), picked_words)


def _choice(label: str, variants: list[Variant], chosen: Variant, selected: bool) -> Choice:
    """Leads to the variant most like the chosen one, in stock where possible."""

    def likeness(variant: Variant) -> tuple[int, bool]:
        same = sum(variant.options.get(name) == value for name, value in chosen.options.items())
        return same, variant.in_stock

    best = chosen if selected else max(variants, key=likeness)
    return Choice(label, best, selected, _any_in_stock(variants))


def _any_in_stock(variants: Iterable[Variant]) -> bool:
    return any(v.in_stock for v in variants)


def _plain(product: Product, chosen: Variant, told: Told) -> Option:
    """Variants that no option tells apart are told apart by their SKU."""

    def label(variant: Variant) -> str:
        return " / ".join(told(name, value)[1] for name, value in variant.options.items()) or variant.sku

    found = [Choice(label(v), v, v is chosen, v.in_stock) for v in product.variants]
    return Option("", tuple(found), label(chosen))
