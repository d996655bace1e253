"""A product in the shop's own format: as the rows of a table, or as one object."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from decimal import Decimal
from typing import Any

from catalog.domain import Product, Variant
from catalog.exporting.cells import cell_of, lines_of
from catalog.exporting.columns import ID, OTHER_PRICES, PRICE, TEXTS, TRANSLATED, VARIANTS, header, price_columns
from shopcloud.lib.money import Money

Cell = str | int | Decimal | None


def rows_of(product: Product) -> Iterator[list[Cell]]:
    """One for each variant, by `header()`. Numbers are numbers, texts are no formulas, None is an empty cell."""
    columns = header()
    fields = {name: value if isinstance(value, int) else cell_of(value) for name, value in _cells(product).items()}
    for place, variant in enumerate(product.variants):
        values = {ID: product.product_id, **({} if place else fields), **_variant_cells(variant)}
        yield [None if values.get(name) in (None, "") else values[name] for name in columns]


def object_of(product: Product) -> dict[str, Any]:
    """Of JSON Lines: no text is changed."""
    return {
        ID: product.product_id,
        **_texts(product),
        "rank": product.rank,
        "featured": product.featured,
        "attributes": dict(product.attributes),
        "images": [asdict(image) for image in product.images],
        "model": asdict(product.model) if product.model else None,
        VARIANTS: [_variant_object(variant) for variant in product.variants],
    }


def _texts(product: Product) -> dict[str, str]:
    said = {name: str(getattr(product, name)) for name in TEXTS}
    translations = product.translations
    return said | {c: translations.get(language, {}).get(name, "") for c, (language, name) in TRANSLATED.items()}


def _cells(product: Product) -> dict[str, str | int]:
    images = [asdict(image) for image in product.images]
    return {
        **_texts(product),
        "rank": product.rank,
        # Words that no spreadsheet program turns into those of its own language.
        "featured": "yes" if product.featured else "no",
        "attributes": lines_of(product.attributes.items()),
        "images": json.dumps(images, ensure_ascii=False) if images else "",
        "model": json.dumps(asdict(product.model)) if product.model else "",
    }


def _variant_cells(variant: Variant) -> dict[str, Cell]:
    amounts = _amounts(variant)
    columns = price_columns()
    others = [(currency, str(amount)) for currency, amount in amounts.items() if PRICE + currency not in columns]
    return {
        "sku": cell_of(variant.sku),
        "options": cell_of(lines_of(variant.options.items())),
        **{PRICE + currency: amount for currency, amount in amounts.items()},
        OTHER_PRICES: cell_of(lines_of(others)),
        "weight_grams": variant.weight_grams,
        "barcode": cell_of(variant.barcode),
        "variant_image": _place(variant),
    }


def _variant_object(variant: Variant) -> dict[str, Any]:
    return {
        "sku": variant.sku,
        "options": dict(variant.options),
        "prices": {currency: str(amount) for currency, amount in _amounts(variant).items()},
        "weight_grams": variant.weight_grams,
        "barcode": variant.barcode,
        "variant_image": _place(variant),
    }


def _amounts(variant: Variant) -> dict[str, Decimal]:
    return {currency: Money(amount, currency).major for currency, amount in variant.prices.items()}


def _place(variant: Variant) -> int | None:
    """Of its picture among the product's, counted from 1."""
    return None if variant.image is None else variant.image + 1
