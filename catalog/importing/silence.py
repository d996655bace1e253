"""What a file does not say of a product that is there already: it stays as staff left it."""

from dataclasses import dataclass, replace
from typing import Any

from catalog.domain import Image, Product, Variant
from catalog.importing.mapping import Mapping

# Columns that a mapping may name, by what they are called in a product or in a variant.
_OF_PRODUCT = ("slug", "brand", "description", "status", "rank", "tax_class")
_OF_VARIANT = ("weight_grams", "barcode")
_ALWAYS_KEPT = ("model", "download", "featured", "seo_title", "seo_description", "translations",
                "product_type")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Told:
    """What a file has columns for. `all_variants`: a variant that it does not list is to go. `currencies`: those of its
    prices that change a variant which is there already; None is all.
    """

    product: frozenset[str]
    variant: frozenset[str]
    attributes: frozenset[str]
    all_variants: bool = False
    currencies: frozenset[str] | None = None

    def prices(self, variant: Variant) -> dict[str, int]:
        """Those that a variant gets which is there already."""
        known = self.currencies
        return {c: amount for c, amount in variant.prices.items() if known is None or c in known}


def told_by_mapping(mapping: Mapping) -> Told:
    product = {name for name in _OF_PRODUCT if mapping.product.get(name)}
    product |= {"category"} if mapping.category.column else set()
    product |= {"images"} if mapping.images.columns else set()
    attributes = {rule.name for rule in mapping.attributes} | {mapping.category.attribute} - {""}
    return Told(
        product=frozenset(product | {"title"}),
        variant=frozenset(name for name in _OF_VARIANT if mapping.product.get(name)),
        attributes=frozenset(attributes),
        currencies=mapping.price.said,
    )


def with_what_is_not_told(product: Product, stored: Product, told: Told) -> Product:
    """`product` as read from a file, over `stored`: only what the file has columns for differs."""
    kept: dict[str, Any] = {
        name: getattr(stored, name) for name in (*_OF_PRODUCT, "category", "kind") if name not in told.product
    }
    kept |= {name: getattr(stored, name) for name in _ALWAYS_KEPT}
    # An empty cell of a supplier's takes no pictures from a product.
    if "images" not in told.product or not product.images:
        kept["images"] = stored.images
    kept["attributes"] = {n: text for n, text in stored.attributes.items() if n not in told.attributes} | dict(
        product.attributes
    )
    if kept["attributes"].keys() == stored.attributes.keys():
        # The same attributes stand in the order that staff gave them.
        kept["attributes"] = {name: kept["attributes"][name] for name in stored.attributes}
    made = replace(product, variants=_variants(product, stored, told), **kept)
    return replace(made, variants=tuple(_with_image(v, product, stored, made.images) for v in made.variants))


def _variants(product: Product, stored: Product, told: Told) -> tuple[Variant, ...]:
    listed = {variant.sku: variant for variant in product.variants}
    if told.all_variants:
        return tuple(_variant(v, stored.variant(v.sku), told) for v in product.variants)
    if len(stored.variants) == len(listed) == 1:
        return tuple(_variant(v, stored.variants[0], told) for v in product.variants)
    there = [_variant(listed.pop(v.sku), v, told) if v.sku in listed else v for v in stored.variants]
    return (*there, *listed.values())


def _variant(variant: Variant, stored: Variant | None, told: Told) -> Variant:
    if stored is None:
        return variant
    kept: dict[str, Any] = {name: getattr(stored, name) for name in _OF_VARIANT if name not in told.variant}
    options = variant.options if told.all_variants else stored.options
    prices = {**stored.prices, **told.prices(variant)}
    return replace(variant, options=options, prices=prices, **kept)


def _with_image(variant: Variant, listed: Product, stored: Product, images: tuple[Image, ...]) -> Variant:
    """The picture the file gives it, else the one it had, wherever that stands among `images` now."""
    said = listed.variant(variant.sku)
    if images is not stored.images and said is not None and said.image is not None:
        return variant
    alone = len(stored.variants) == len(listed.variants) == 1
    before = stored.variants[0] if alone else stored.variant(variant.sku)
    had = before.image if before else None
    if images == stored.images or had is None or had >= len(stored.images):
        return replace(variant, image=had)
    key = stored.images[had].key
    return replace(variant, image=next((n for n, image in enumerate(images) if image.key == key), None))
