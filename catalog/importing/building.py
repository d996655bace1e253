"""What every kind of file needs to turn cells into a product, refusing a row with its field and reason."""

import json
from dataclasses import replace
from decimal import Decimal
from typing import Any

from catalog.domain import Category, InvalidProduct, Product, Status, TaxClass, ancestors, too_long
from catalog.importing.mapping import CategoryRule, Mapping
from catalog.importing.report import Parsed, RejectedRow
from catalog.importing.text import category_path
from catalog.records import editorial_record

MAX_UNITS = 1_000_000
# What DynamoDB takes for one item, less what the shop keeps beside a product.
MAX_BYTES = 400_000
# Behind what staff placed by hand: a category page shows the lowest ranks first.
DEFAULT_RANK = 1000


def made_product(**fields: Any) -> Product:
    """A product that the store takes, or RejectedRow with its first broken rule."""
    try:
        product = Product(**fields)
    except InvalidProduct as error:
        name, reason = next(iter(error.errors.items()))
        raise RejectedRow(name, reason) from None
    for name, reason in too_long(product):
        raise RejectedRow(name, reason)
    if (
        _letters(product) > MAX_BYTES // 4
        and len(json.dumps(editorial_record(product), ensure_ascii=False).encode()) > MAX_BYTES
    ):
        raise RejectedRow("product", f"is larger than {MAX_BYTES // 1000} KB; shorten its texts and attributes")
    return product


def _letters(product: Product) -> int:
    """How long the texts are that no rule bounds; a letter has four bytes at most."""
    options = [pair for variant in product.variants for pair in variant.options.items()]
    keys = sum(len(image.key) + len(image.alt) for image in product.images)
    return keys + sum(len(name) + len(text) for name, text in (*product.attributes.items(), *options))


def prices_of(cell: str, column: str, mapping: Mapping) -> dict[str, int]:
    """Minor units in each of the shop's currencies."""
    if not cell:
        raise RejectedRow(column, "the price is missing")
    amount = number_of(cell, column, mapping)
    if amount < 0:
        raise RejectedRow(column, "the price is negative")
    return mapping.price.prices(amount)


def number_of(cell: str, column: str, mapping: Mapping) -> Decimal:
    try:
        return mapping.number(cell)
    except ValueError as error:
        raise RejectedRow(column, str(error)) from None


def whole_number(cell: str, column: str, mapping: Mapping, *, most: int) -> int:
    number = number_of(cell, column, mapping)
    if number > most:
        raise RejectedRow(column, f"{cell[:40]} is more than {most:,}")
    return max(int(number), 0)


def status_of(text: str, column: str) -> Status:
    try:
        return Status(text.lower() or Status.ACTIVE)
    except ValueError:
        raise RejectedRow(column, f"{text[:40]!r} is none of {', '.join(Status)}") from None


def tax_class_of(text: str, column: str) -> TaxClass:
    try:
        return TaxClass(text.lower() or TaxClass.STANDARD)
    except ValueError:
        raise RejectedRow(column, f"{text[:40]!r} is none of {', '.join(TaxClass)}") from None


def place_in(parsed: Parsed, rule: CategoryRule, name: str) -> str:
    """The path of the category called `name`; it and those above it are noted for saving."""
    name = name or rule.default
    if not name:
        raise RejectedRow(rule.column or "category", "the category is missing")
    path = category_path(rule.prefix, name)
    if not path:
        raise RejectedRow(rule.column or "category", f"{name[:60]!r} cannot be made a category path")
    for above in ancestors(path)[:-1]:
        known = rule.prefix_name if above == rule.prefix else ""
        parsed.categories.setdefault(above, Category(path=above, name=known or _spoken(above)))
    spoken = _spoken(path) if name in (path, rule.default) else name
    parsed.categories.setdefault(path, Category(path=path, name=spoken[:100], position=len(parsed.categories)))
    return path


def _spoken(path: str) -> str:
    """A name for a category of which the path is all that is known: `home/table-lamps` -> "Table lamps"."""
    return path.rpartition("/")[2].replace("-", " ").capitalize()


def with_attribute(product: Product, name: str, value: str) -> Product:
    return replace(product, attributes={**product.attributes, name: value})
