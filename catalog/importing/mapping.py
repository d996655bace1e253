"""A mapping file (TOML or JSON): which columns of a foreign table make a product, and how."""

import json
import re
import tomllib
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from functools import cache
from pathlib import Path
from typing import Any

from catalog.domain import CATEGORY, LIMITS
from catalog.importing.text import Figure
from shopcloud.lib.money import BadMoney, decimals, round_half_up

SHIPPED = Path(__file__).parent / "mappings"
_KNOWN = {
    "file": {"delimiter", "encoding", "decimal"},
    "product": {
        "id",
        "id_prefix",
        "title",
        "slug",
        "brand",
        "description",
        "sku",
        "barcode",
        "status",
        "weight_grams",
        "rank",
        "tax_class",
    },
    "category": {"prefix", "prefix_name", "column", "attribute", "default"},
    "price": {"column", "currency", "rates", "rates_of"},
    "stock": {"column", "values", "default"},
    "images": {"columns", "alt"},
}
_ATTRIBUTE = {"name", "column", "unit", "pattern", "spaced"}
_BLANKS = re.compile(r"[\s\u00a0\u202f']")
_COLUMN = re.compile(r"\{([^{}]+)\}")


class BadMapping(ValueError):
    """The mapping cannot be used; the message says which entry to change."""


@dataclass(frozen=True, slots=True)
class PriceRule:
    """Prices stand in `currency` and are converted by `rates` (units of each shop currency for one of it)."""

    column: str
    currency: str
    rates: dict[str, Decimal]

    @property
    def said(self) -> frozenset[str]:
        """The currencies whose prices are the file's own: the others are converted only where the shop has none."""
        return frozenset({self.currency} if self.currency in self.rates else self.rates)

    def prices(self, amount: Decimal) -> dict[str, int]:
        """Minor units by currency, rounded half up."""
        return {c: round_half_up((amount * rate).scaleb(decimals(c))) for c, rate in self.rates.items()}


@dataclass(frozen=True, slots=True)
class CategoryRule:
    """Paths are `prefix` + the column's slug. An item met under several keeps the first one; the others become
    the attribute named `attribute`, or are dropped with a note where that is empty."""

    column: str = ""
    prefix: str = ""
    prefix_name: str = ""
    default: str = ""
    attribute: str = ""


@dataclass(frozen=True, slots=True)
class StockRule:
    """`values` maps a cell's text to units; another whole number is taken as it is, anything else is `default`."""

    column: str
    values: dict[str, int]
    default: int | None = None


@dataclass(frozen=True, slots=True)
class ImageRule:
    """`columns` hold addresses or media keys, several divided by blanks or bars; `alt` is a template as of texts."""

    columns: tuple[str, ...] = ()
    alt: str = ""


@dataclass(frozen=True, slots=True)
class AttributeRule:
    name: str
    column: str
    unit: str = ""
    pattern: re.Pattern[str] | None = None
    spaced: bool = False

    def value(self, cell: str) -> str:
        """The cell, or the part of it the pattern's group takes; `spaced` turns hyphens to blanks. "" is no value."""
        if self.pattern is not None:
            found = self.pattern.search(cell)
            cell = found[1] if found else ""
        cell = cell.replace("-", " ") if self.spaced else cell
        return f"{cell} {self.unit}".strip() if cell.strip() else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapping:
    """`product` holds templates such as "{name}, {colour}" by field of the product."""

    price: PriceRule
    product: dict[str, str] = field(default_factory=dict)
    category: CategoryRule = CategoryRule()
    stock: StockRule | None = None
    images: ImageRule = ImageRule()
    attributes: tuple[AttributeRule, ...] = ()
    delimiter: str = ""
    encoding: str = ""
    decimal: str = "."

    def columns(self) -> set[str]:
        """The columns that must be in the file."""
        templates = (*self.product.values(), self.images.alt)
        named = {name for text in templates for name in _COLUMN.findall(text)} | set(self.images.columns)
        named |= {rule.column for rule in self.attributes} | {self.price.column, self.category.column}
        return (named | ({self.stock.column} if self.stock else set())) - {""}

    def text(self, field: str, values: dict[str, str]) -> str:
        """A field's template filled from a row, its blanks collapsed."""
        return _filled(self.product.get(field, ""), values)

    def alt(self, values: dict[str, str]) -> str | None:
        """What its pictures show; None where the file has nothing to say of it."""
        return _filled(self.images.alt, values)[: LIMITS["alt"]] if self.images.alt else None

    def number(self, text: str) -> Decimal:
        """A plain number as this file writes it; raises ValueError with the reason."""
        decimal = "." if isinstance(text, Figure) else self.decimal
        grouping = "," if decimal == "." else "."
        grouped, simple = _numbers(grouping, decimal)
        plain = _BLANKS.sub("", text)
        if grouping in plain and grouped.fullmatch(plain):
            plain = plain.replace(grouping, "")
        if not simple.fullmatch(plain):
            raise ValueError(f"{text[:40]!r} is not a number with decimal {decimal!r}")
        return Decimal(plain.replace(decimal, "."))


@cache
def _numbers(grouping: str, decimal: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Numbers with their thousands grouped, and without."""
    grouping, decimal = re.escape(grouping), re.escape(decimal)
    grouped = re.compile(rf"[+-]?[0-9]{{1,3}}(?:{grouping}[0-9]{{3}})+(?:{decimal}[0-9]*)?")
    return grouped, re.compile(rf"[+-]?[0-9]{{1,15}}(?:{decimal}[0-9]{{0,6}})?")


def _filled(template: str, values: dict[str, str]) -> str:
    if not template:
        return ""
    alone = _COLUMN.fullmatch(template)
    if alone and isinstance(cell := values.get(alone[1], ""), Figure):
        return cell
    return " ".join(_COLUMN.sub(lambda found: values.get(found[1], ""), template).split())


def load_mapping(name: str) -> Mapping:
    """From a path, or by the name of one that is shipped (`ikea`). Raises BadMapping."""
    return parse_mapping(read_mapping(name))


def read_mapping(name: str) -> dict[str, Any]:
    """What a mapping file says, to be kept beside an import. Raises BadMapping."""
    path = Path(name) if Path(name).suffix in {".toml", ".json"} else SHIPPED / f"{name}.toml"
    try:
        text = path.read_text("utf-8")
        data: dict[str, Any] = json.loads(text) if path.suffix == ".json" else tomllib.loads(text)
    except OSError:
        raise BadMapping(
            f"No mapping {name!r}. Give the path of a .toml or .json file, or one of: {_shipped()}."
        ) from None
    except ValueError as error:
        raise BadMapping(f"{path.name} is not valid: {error}") from None
    return data


def _shipped() -> str:
    return ", ".join(sorted(path.stem for path in SHIPPED.glob("*.toml")))


def parse_mapping(data: dict[str, Any]) -> Mapping:
    _refuse_unknown(data)
    file, product = data.get("file", {}), data.get("product", {})
    try:
        return Mapping(
            price=_price(data.get("price", {})),
            product=_templates(product),
            category=CategoryRule(**_category(data.get("category", {}))),
            stock=StockRule(**{"values": {}, **data["stock"]}) if "stock" in data else None,
            images=_images(data.get("images", {})),
            attributes=tuple(_attribute(entry) for entry in data.get("attributes", [])),
            delimiter=file.get("delimiter", ""),
            encoding=file.get("encoding", ""),
            decimal=_decimal_mark(file.get("decimal", ".")),
        )
    except (TypeError, AttributeError) as error:
        raise BadMapping(f"An entry of the mapping has the wrong form: {error}") from None


def _refuse_unknown(data: dict[str, Any]) -> None:
    for section, entries in data.items():
        if section != "attributes" and (section not in _KNOWN or not isinstance(entries, dict)):
            raise BadMapping(f"[{section}] is no part of a mapping. Known: {', '.join(_KNOWN)}, attributes.")
        unknown = set() if section == "attributes" else set(entries) - _KNOWN[section]
        if unknown:
            raise BadMapping(
                f"[{section}] knows {', '.join(sorted(_KNOWN[section]))}, not {', '.join(sorted(unknown))}."
            )


def _templates(product: dict[str, str]) -> dict[str, str]:
    if any(not isinstance(text, str) for text in product.values()):
        raise BadMapping('[product] entries are texts such as "{name}, {colour}".')
    return product


def _price(entry: dict[str, Any]) -> PriceRule:
    try:
        currency = str(entry["currency"])
        rates = {str(c): Decimal(str(rate)) for c, rate in entry.get("rates", {currency: 1}).items()}
        for code in rates:
            decimals(code)
    except KeyError:
        raise BadMapping("[price] must name its column and currency.") from None
    except (InvalidOperation, BadMoney) as error:
        raise BadMapping(f"[price] rates: {error}") from None
    if not all(rate.is_finite() and rate > 0 for rate in rates.values()):
        raise BadMapping("[price] rates must be positive numbers.")
    return PriceRule(str(entry.get("column", "")), currency, rates)


def _category(entry: dict[str, Any]) -> dict[str, str]:
    rule = {name: str(value) for name, value in entry.items()}
    for name in ("prefix", "default"):
        if rule.get(name) and not CATEGORY.fullmatch(rule[name]):
            raise BadMapping(f"[category] {name} must be a path such as furniture/outdoor.")
    return rule


def _images(entry: dict[str, Any]) -> ImageRule:
    columns, alt = entry.get("columns", []), entry.get("alt", "")
    if not isinstance(columns, list) or not all(isinstance(text, str) for text in [*columns, alt]):
        raise BadMapping('[images] columns is a list such as ["image1", "image2"], and alt a text such as "{name}".')
    return ImageRule(tuple(columns), alt)


def _attribute(entry: dict[str, Any]) -> AttributeRule:
    if not {"name", "column"} <= entry.keys() <= _ATTRIBUTE:
        raise BadMapping("Each [[attributes]] has a name and a column, perhaps a unit, a pattern, spaced.")
    try:
        pattern = re.compile(entry["pattern"]) if "pattern" in entry else None
    except re.error as error:
        raise BadMapping(f"[[attributes]] {entry['name']}: pattern: {error}") from None
    if pattern is not None and pattern.groups != 1:
        raise BadMapping(f"[[attributes]] {entry['name']}: the pattern needs exactly one group.")
    return AttributeRule(entry["name"], entry["column"], entry.get("unit", ""), pattern, bool(entry.get("spaced")))


def _decimal_mark(mark: str) -> str:
    if mark not in {".", ","}:
        raise BadMapping('[file] decimal must be "." or ",".')
    return mark
