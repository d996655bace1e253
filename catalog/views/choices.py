"""How a product's variants are offered: all options but the last as links, the last as radio buttons holding SKUs.

So the form always holds a real SKU, with or without scripts.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from catalog.domain import Product, Variant


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of an option, and the variant that picking it leads to."""

    label: str
    variant: Variant
    selected: bool
    in_stock: bool


@dataclass(frozen=True, slots=True)
class Option:
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


def choices_of(product: Product, *, sku: str, currency: str) -> Choices:
    """The options with `sku` chosen; an unknown `sku` means the first variant that can be bought."""
    variant = product.variant(sku) or _first(product.variants, currency)
    names = [name for name in variant.options if _differs(product, name)]
    options = [_option(product, name, names[:depth], variant) for depth, name in enumerate(names)]
    last = options.pop() if options else None
    if last is None and len(product.variants) > 1:
        last = _plain(product, variant)
    image = variant.image if variant.image is not None and variant.image < len(product.images) else 0
    return Choices(variant, tuple(options), last, image)


def _first(variants: tuple[Variant, ...], currency: str) -> Variant:
    sold = [v for v in variants if currency in v.prices]
    return next((v for v in sold if v.in_stock), (sold or list(variants))[0])


def _differs(product: Product, name: str) -> bool:
    return len({v.options.get(name) for v in product.variants}) > 1


def _option(product: Product, name: str, before: list[str], chosen: Variant) -> Option:
    """The values of one option among the variants that share the options chosen `before` it."""
    siblings = [v for v in product.variants if all(v.options.get(n) == chosen.options.get(n) for n in before)]
    values: dict[str, list[Variant]] = {}
    for variant in siblings:
        if name in variant.options:
            values.setdefault(variant.options[name], []).append(variant)
    picked = chosen.options.get(name, "")
    return Option(
        name, tuple(_choice(value, found, chosen, value == picked) for value, found in values.items()), picked
    )


def _choice(label: str, variants: list[Variant], chosen: Variant, selected: bool) -> Choice:
    """Leads to the variant most like the chosen one, in stock where possible."""

    def likeness(variant: Variant) -> tuple[int, bool]:
        same = sum(variant.options.get(name) == value for name, value in chosen.options.items())
        return same, variant.in_stock

    best = chosen if selected else max(variants, key=likeness)
    return Choice(label, best, selected, _any_in_stock(variants))


def _any_in_stock(variants: Iterable[Variant]) -> bool:
    return any(v.in_stock for v in variants)


def _plain(product: Product, chosen: Variant) -> Option:
    """Variants that no option tells apart are told apart by their SKU."""
    found = [Choice(v.label or v.sku, v, v is chosen, v.in_stock) for v in product.variants]
    return Option("", tuple(found), chosen.label or chosen.sku)
