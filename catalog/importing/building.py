"""What every kind of file needs to turn cells into a product, refusing a row with its field and reason."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

from catalog.domain import Category, InvalidProduct, Product, Status, TaxClass, ancestors
from catalog.importing.mapping import CategoryRule, Mapping
from catalog.importing.report import Parsed, RejectedRow
from catalog.importing.text import category_path

MAX_UNITS = 1_000_000
# Behind what staff placed by hand: a category page shows the lowest ranks first.
DEFAULT_RANK = 1000


def made_product(**fields: Any) -> Product:
    """A product, or RejectedRow with its first broken rule."""
    try:
        return Product(**fields)
    except InvalidProduct as error:
        name, reason = next(iter(error.errors.items()))
        raise RejectedRow(name, reason) from None


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
        spoken = known or above.rpartition("/")[2].replace("-", " ").capitalize()
        parsed.categories.setdefault(above, Category(path=above, name=spoken))
    spoken = name if name != rule.default else name.replace("-", " ").capitalize()
    parsed.categories.setdefault(path, Category(path=path, name=spoken[:100], position=len(parsed.categories)))
    return path


def with_attribute(product: Product, name: str, value: str) -> Product:
    return replace(product, attributes={**product.attributes, name: value})
