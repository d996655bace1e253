"""Shopify's product CSV as it is: the rows of one Handle are one product, each row with a price one variant."""

from dataclasses import replace
from datetime import datetime

from catalog.domain import LIMITS, Kind, Status, Variant
from catalog.importing.building import (
    DEFAULT_RANK,
    MAX_UNITS,
    made_product,
    place_in,
    prices_of,
    status_of,
    whole_number,
)
from catalog.importing.mapping import Mapping
from catalog.importing.pictures import note_pictures
from catalog.importing.report import Parsed, RejectedRow
from catalog.importing.rows import Row, Table
from catalog.importing.silence import Told
from catalog.importing.text import plain_text, sku_choices, slug_of, stable_id

NEEDED = frozenset({"Handle", "Title", "Option1 Name", "Option1 Value", "Variant Price"})
_TRUE = {"true", "yes", "1"}
_LEFT = "; the whole product is left as it is"
_Bought = tuple[Variant, int | None]


def is_shopify(table: Table) -> bool:
    return set(table.columns) >= NEEDED


def parse_shopify(table: Table, mapping: Mapping, *, now: datetime) -> Parsed:
    """`mapping` gives what the file does not say: currency, rates and the category above."""
    parsed = Parsed(told=replace(_told(set(table.columns)), currencies=mapping.price.said))
    for handle, rows in _by_handle(table).items():
        try:
            if _is_sound(parsed, handle, rows):
                _take(parsed, handle, rows, mapping, now)
        except RejectedRow as error:
            parsed.reject(rows[0].line, error)
    parsed.rows = table.count
    return parsed


def _told(columns: set[str]) -> Told:
    fields = {
        "brand": {"Vendor"},
        "description": {"Body (HTML)"},
        "status": {"Status", "Published"},
        "category": {"Type", "Product Category", "Tags"},
        "kind": {"Variant Requires Shipping"},
        "images": {"Image Src", "Variant Image"},
    }
    cells = {"weight_grams": {"Variant Grams"}, "barcode": {"Variant Barcode"}}
    return Told(
        product=frozenset(name for name, wanted in fields.items() if wanted & columns) | {"title", "slug"},
        variant=frozenset(name for name, wanted in cells.items() if wanted & columns),
        attributes=frozenset({"Tags"} & columns),
        all_variants=True,
    )


def _by_handle(table: Table) -> dict[str, list[Row]]:
    groups: dict[str, list[Row]] = {}
    for row in table.rows:
        groups.setdefault(row.values.get("Handle", ""), []).append(row)
    return groups


def _is_sound(parsed: Parsed, handle: str, rows: list[Row]) -> bool:
    """False, and noted, where a row cannot be read: the variant it names would be taken for one that is gone."""
    for row in rows:
        if row.problem:
            parsed.reject(row.line, RejectedRow("row", f"{row.problem}{_LEFT}"))
        elif not handle:
            parsed.reject(row.line, RejectedRow("Handle", "is missing"))
    return bool(handle) and not any(row.problem for row in rows)


def _take(parsed: Parsed, handle: str, rows: list[Row], mapping: Mapping, now: datetime) -> None:
    head = rows[0].values
    if not head.get("Title"):
        raise RejectedRow("Title", f"the first row of {handle[:60]!r} has none")
    if head.get("Gift Card", "").lower() in _TRUE:
        raise RejectedRow("Gift Card", "gift cards are not sold here")
    pictures = _pictures(rows)
    bought = _variants(parsed, handle, rows, [source for _line, source, _alt in pictures], mapping)
    if bought is None:
        return
    if not bought:
        raise RejectedRow("Variant Price", f"{handle[:60]!r} has no variant that can be sold")
    physical = any(row.values.get("Variant Requires Shipping", "true").lower() in _TRUE for row in rows)
    product = made_product(
        product_id=_id_of(handle, mapping),
        variants=tuple(variant for variant, _ in bought),
        category=place_in(parsed, mapping.category, _category(head)),
        kind=Kind.PHYSICAL if physical else Kind.DIGITAL,
        created_at=now,
        updated_at=now,
        **_texts(handle, head),
    )
    stock = {variant.sku: units for variant, units in bought if units is not None}
    parsed.add(product, stock, line=rows[0].line)
    note_pictures(parsed, product.product_id, pictures)


def _pictures(rows: list[Row]) -> list[tuple[int, str, str | None]]:
    """Line, address and alt text by position, each address once; last those that only a variant shows."""
    named = sorted(
        (row for row in rows if row.values.get("Image Src")),
        key=lambda row: _place(row.values.get("Image Position", "")),
    )
    listed = [
        (row.line, row.values["Image Src"], row.values.get("Image Alt Text", "")[: LIMITS["alt"]] or None)
        for row in named
    ]
    listed += [(row.line, source, None) for row in rows if (source := row.values.get("Variant Image", ""))]
    first: dict[str, tuple[int, str, str | None]] = {}
    for entry in listed:
        first.setdefault(entry[1], entry)
    return list(first.values())


def _place(cell: str) -> int:
    return int(cell[:9]) if cell[:9].isascii() and cell[:9].isdigit() else 10**9


def _texts(handle: str, head: dict[str, str]) -> dict[str, object]:
    return {
        "slug": slug_of(handle),
        "title": head["Title"],
        "brand": head.get("Vendor", "")[: LIMITS["brand"]],
        "description": plain_text(head.get("Body (HTML)", "")),
        "status": _status(head),
        "rank": DEFAULT_RANK,
        "attributes": {"Tags": head["Tags"][:200]} if head.get("Tags") else {},
    }


def _status(head: dict[str, str]) -> Status:
    """The newer `Status` column rules; an unpublished product is a draft."""
    if head.get("Status"):
        return status_of(head["Status"], "Status")
    return Status.ACTIVE if head.get("Published", "true").lower() in _TRUE else Status.DRAFT


def _category(head: dict[str, str]) -> str:
    """The shop's own type, else the last step of the standard category, else the first tag."""
    standard = head.get("Product Category", "").rpartition(">")[2].strip()
    return head.get("Type") or standard or head.get("Tags", "").partition(",")[0].strip()


def _variants(
    parsed: Parsed, handle: str, rows: list[Row], sources: list[str], mapping: Mapping
) -> list[_Bought] | None:
    """None, and noted, where a row cannot be a variant; a row of only an image is none. `sources`: the pictures."""
    names = [rows[0].values.get(f"Option{n} Name", "") for n in (1, 2, 3)]
    made: list[_Bought] = []
    spare: dict[str, str] = {}
    refused = len(parsed.rejected)
    for row in rows:
        values = [row.values.get(f"Option{n} Value", "") for n in (1, 2, 3)]
        if not row.values.get("Variant Price") and not any(values):
            continue
        try:
            variant, on_hand = _variant(names, values, row.values, mapping)
            taken = {other.sku for other, _ in made}
            if not variant.sku:
                sku, other_sku = sku_choices(handle, *variant.options.values())
                if sku in taken or parsed.has_sku(sku):
                    sku, other_sku = other_sku, sku
                variant, spare[sku] = replace(variant, sku=sku), other_sku
            if variant.sku in taken:
                raise RejectedRow("Variant SKU", f"{variant.sku} is already a variant of this product")
            shown = row.values.get("Variant Image", "")
            made.append((replace(variant, image=sources.index(shown) if shown else None), on_hand))
        except RejectedRow as error:
            parsed.reject(row.line, RejectedRow(error.field, f"{error.reason}{_LEFT}"))
    if len(parsed.rejected) != refused:
        return None
    if spare:
        parsed.spare[_id_of(handle, mapping)] = spare
    return made


def _id_of(handle: str, mapping: Mapping) -> str:
    return stable_id(handle, prefix=mapping.product.get("id_prefix", ""))


def _variant(names: list[str], values: list[str], cells: dict[str, str], mapping: Mapping) -> _Bought:
    """With no SKU where the row says none."""
    options = {
        name or f"Option {n}": value for n, (name, value) in enumerate(zip(names, values, strict=True), 1) if value
    }
    if options == {"Title": "Default Title"}:
        options = {}
    grams, units = cells.get("Variant Grams", ""), cells.get("Variant Inventory Qty", "")
    on_hand = whole_number(units, "Variant Inventory Qty", mapping, most=MAX_UNITS) if units else None
    variant = Variant(
        sku=cells.get("Variant SKU", "").lstrip("'"),
        options=options,
        prices=prices_of(cells.get("Variant Price", ""), "Variant Price", mapping),
        weight_grams=whole_number(grams, "Variant Grams", mapping, most=10**7) if grams else 0,
        barcode=cells.get("Variant Barcode", "").lstrip("'")[: LIMITS["barcode"]],
        in_stock=bool(on_hand),
    )
    return variant, on_hand
