"""Which column of a table is what: guessed from its names, then said by staff, kept as a mapping."""

import re
from decimal import Decimal
from typing import Any

from catalog.importing.mapping import SHIPPED, parse_mapping, read_mapping

# By field of the mapping form: what such a column is usually called, the surest first.
NAMES: dict[str, tuple[str, ...]] = {
    "id": ("id", "product id", "item id", "article", "article number", "sku", "handle"),
    "title": ("title", "name", "product name", "product"),
    "slug": ("slug", "url key"),
    "price": ("price", "unit price", "sale price", "amount"),
    "sku": ("sku", "variant sku", "item number"),
    "brand": ("brand", "vendor", "manufacturer", "maker"),
    "description": ("description", "body", "text", "short description", "long description"),
    "category": ("category", "type", "product type", "department"),
    "stock": ("stock", "quantity", "qty", "units", "inventory", "on hand"),
    "barcode": ("barcode", "ean", "gtin", "upc"),
    "weight_grams": ("weight grams", "weight g", "grams"),
    "status": ("status", "state"),
    "tax_class": ("tax class",),
}
_PICTURES = re.compile(r"(?:image|picture|photo|img)s?(?: (?:url|link|src|source))?(?: ?[0-9]+)?")
NEEDED = ("id", "title", "price")


def guessed(columns: tuple[str, ...]) -> dict[str, str]:
    """The column for each field, where a name tells; a column serves as one field, but may be id and SKU at once."""
    plain = {_plain(name): name for name in reversed(columns) if usable(name)}
    found: dict[str, str] = {}
    for field, names in NAMES.items():
        taken = set(found.values()) if field != "sku" else set()
        column = next((plain[name] for name in names if name in plain and plain[name] not in taken), "")
        if column:
            found[field] = column
    return found


def picture_columns(columns: tuple[str, ...]) -> list[str]:
    """Those that hold addresses of pictures, by their names."""
    return [name for name in columns if usable(name) and _PICTURES.fullmatch(_plain(name))]


def usable(column: str) -> bool:
    """Whether a mapping can name the column: its templates are written in braces."""
    return bool(column) and not re.search(r"[{}]", column)


def mapping_of(chosen: dict[str, Any]) -> dict[str, Any]:
    """The mapping that a filled form means; its prices stand in one currency."""
    product = {f: f"{{{chosen[f]}}}" for f in NAMES if chosen.get(f) and f not in ("price", "category", "stock")}
    category = {"column": chosen.get("category", ""), "prefix": chosen.get("below", "")}
    data: dict[str, Any] = {
        "file": {"decimal": chosen["decimal"]},
        "product": product,
        "category": category | {"default": chosen.get("default_category", "")},
        "price": {"column": chosen["price"], "currency": chosen["currency"]},
        "attributes": [{"name": name[:60], "column": name} for name in chosen.get("attributes", ())],
    }
    if chosen.get("images"):
        data["images"] = {"columns": list(chosen["images"])}
    if chosen.get("stock"):
        data["stock"] = {"column": chosen["stock"]}
    return data


def shopify_mapping(chosen: dict[str, Any]) -> dict[str, Any]:
    """What Shopify's file does not say, as staff say it; new variants are converted at the shipped rates."""
    shipped = read_mapping("shopify")
    currency, below = chosen["currency"], chosen["below"]
    rates = {c: Decimal(rate) for c, rate in shipped["price"]["rates"].items()}
    category = {"prefix": below, "default": chosen["default_category"]}
    if below == shipped["category"]["prefix"]:
        category["prefix_name"] = shipped["category"]["prefix_name"]
    per_unit = {c: str(round(rate / rates[currency], 6)) for c, rate in rates.items()}
    return {**shipped, "category": category, "price": {"currency": currency, "rates": per_unit}}


def shipped_for(columns: tuple[str, ...]) -> str:
    """The name of a shipped mapping whose columns are all there, or ""."""
    for path in sorted(SHIPPED.glob("*.toml")):
        named = parse_mapping(read_mapping(path.stem)).columns()
        if named and named <= set(columns):
            return path.stem
    return ""


def _plain(name: str) -> str:
    return " ".join(re.sub(r"[^a-z0-9]+", " ", name.lower()).split())
