"""Files in the shop's own format (`catalog.exporting`): they say everything of a product, and no mapping is needed.

What a file leaves empty is to be empty; all its columns must be there, and a product with a bad row is refused whole.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from catalog.domain import Category, Image, InvalidProduct, Kind, Model3D, Product, Status, TaxClass, Variant, ancestors
from catalog.exporting.cells import pairs_of, text_of
from catalog.exporting.columns import ID, OTHER_PRICES, PRICE, PRODUCT, TEXTS, TRANSLATED, VARIANTS, variant_columns
from catalog.importing.building import made_product
from catalog.importing.pictures import note_pictures, sources_in, sources_of
from catalog.importing.report import Parsed, RejectedRow
from catalog.importing.rows import Row, Table, UnreadableFile
from catalog.services import check_sellable
from shopcloud.lib.money import BadMoney, Money

_CHOSEN: dict[str, type[StrEnum]] = {"kind": Kind, "status": Status, "tax_class": TaxClass}
_WHOLE: dict[str, type] = {"key": str, "width": int, "height": int, "alt": str}
_YES, _NO = {"yes", "true", "1"}, {"no", "false", "0", ""}


def is_own(table: Table) -> bool:
    return ID in table.columns


def parse_own(table: Table, *, now: datetime) -> Parsed:
    """Raises UnreadableFile where a column is missing: it would be read as empty."""
    nested = VARIANTS in table.columns
    needed = {*PRODUCT, *((VARIANTS,) if nested else variant_columns())}
    missing = sorted(needed - set(table.columns))
    if missing:
        raise UnreadableFile(
            f"The file lacks the columns {', '.join(missing)}. What is missing would be emptied: "
            "export the products again and leave all columns, or add them."
        )
    parsed = Parsed()
    for product_id, rows in _by_product(table, parsed).items():
        # A JSON object without a field would empty it as well.
        _take(parsed, product_id, rows, needed if nested else set(), now)
    parsed.rows = table.count
    return parsed


def _by_product(table: Table, parsed: Parsed) -> dict[str, list[Row]]:
    groups: dict[str, list[Row]] = {}
    for row in table.rows:
        product_id = row.values.get(ID, "")
        if not product_id:
            parsed.reject(row.line, RejectedRow("row" if row.problem else ID, row.problem or "is missing"))
        else:
            groups.setdefault(product_id, []).append(row)
    return groups


def _take(parsed: Parsed, product_id: str, rows: list[Row], needed: set[str], now: datetime) -> None:
    line = rows[0].line
    try:
        for row in rows:
            line = row.line
            _demand_sound(row, rows[0], needed)
        line = rows[0].line
        fields = _read_nested(rows) if needed else _read_rows(rows)
        variants = []
        for at, variant in fields.variants:
            line = at
            variants.append(_variant(variant))
        line = rows[0].line
        product = _product(product_id, fields.texts, fields.objects, tuple(variants), now)
        pictures = sources_of(fields.objects["images"])
        parsed.add(product, {}, line=line)
        note_pictures(parsed, product_id, [(line, source, alt) for source, alt in pictures], ours=True)
    except RejectedRow as error:
        parsed.reject(line, error)
        return
    for path in ancestors(product.category):
        name = path.rpartition("/")[2].replace("-", " ").capitalize()
        parsed.categories.setdefault(path, Category(path=path, name=name))


def _demand_sound(row: Row, first: Row, needed: set[str]) -> None:
    if row.problem:
        raise RejectedRow("row", f"{row.problem}; the whole product is left as it is")
    lacking = sorted(needed - row.values.keys())
    if lacking:
        raise RejectedRow("row", f"lacks {', '.join(lacking)}: what is missing would be emptied")
    if row is first:
        return
    if needed:
        raise RejectedRow(ID, f"the product is on line {first.line} already")
    said = next((name for name in PRODUCT if row.values.get(name) not in ("", None, first.values.get(name))), "")
    if said:
        raise RejectedRow(said, f"differs from line {first.line}, the product's first row, which says it for all")


@dataclass(frozen=True, slots=True)
class _Fields:
    """`objects` are the attributes, images and model; `variants` have their line."""

    texts: Mapping[str, str]
    objects: Mapping[str, Any]
    variants: list[tuple[int, Mapping[str, Any]]]


def _read_rows(rows: list[Row]) -> _Fields:
    cells = rows[0].values
    texts = {name: _decoded(cells, name) for name in PRODUCT}
    objects = {
        "attributes": _pairs(cells, "attributes"),
        "images": _listed_pictures(texts["images"]),
        "model": _json(texts["model"], "model"),
    }
    return _Fields(texts, objects, [(row.line, _variant_fields(row.values)) for row in rows])


def _variant_fields(cells: Mapping[str, str]) -> dict[str, Any]:
    prices = {name.removeprefix(PRICE): cell for name, cell in cells.items() if name.startswith(PRICE) and cell}
    plain = {name: _decoded(cells, name) for name in ("sku", "weight_grams", "barcode", "variant_image")}
    return {**plain, "options": _pairs(cells, "options"), "prices": prices | _pairs(cells, OTHER_PRICES)}


def _read_nested(rows: list[Row]) -> _Fields:
    cells = rows[0].values
    objects = {name: _json(cells[name], name) for name in ("attributes", "images", "model", VARIANTS)}
    variants = objects.pop(VARIANTS)
    if not isinstance(variants, list) or not all(isinstance(variant, dict) for variant in variants):
        raise RejectedRow(VARIANTS, "must be a list of objects")
    return _Fields(cells, {**objects, "images": objects["images"] or []}, [(rows[0].line, v) for v in variants])


def _product(
    product_id: str, texts: Mapping[str, str], objects: Mapping[str, Any], variants: tuple[Variant, ...], now: datetime
) -> Product:
    translations: dict[str, dict[str, str]] = {}
    for column, (language, name) in TRANSLATED.items():
        if texts[column]:
            translations.setdefault(language, {})[name] = texts[column]
    chosen = {name: _one_of(kinds, texts, name) for name, kinds in _CHOSEN.items()}
    product = made_product(
        **{**{name: texts[name] for name in TEXTS}, **chosen},
        product_id=product_id,
        rank=_whole(texts["rank"], "rank"),
        featured=_flag(texts["featured"], "featured"),
        attributes=_named_texts(objects["attributes"], "attributes"),
        images=_images(objects["images"]),
        model=_model(objects["model"]),
        translations=translations,
        variants=variants,
        created_at=now,
        updated_at=now,
    )
    try:
        check_sellable(product)
    except InvalidProduct as error:
        raise RejectedRow("price", str(error)) from None
    return product


def _variant(fields: Mapping[str, Any]) -> Variant:
    lacking = {"sku", "options", "prices", "weight_grams", "barcode", "variant_image"} - fields.keys()
    if lacking:
        raise RejectedRow(VARIANTS, f"a variant lacks {', '.join(sorted(lacking))}")
    place = "" if fields["variant_image"] is None else str(fields["variant_image"])
    return Variant(
        sku=_text(fields["sku"], "sku"),
        options=_named_texts(fields["options"], "options"),
        prices={c: _amount(text, c) for c, text in _named_texts(fields["prices"], "prices").items()},
        weight_grams=_whole(str(fields["weight_grams"]), "weight_grams"),
        barcode=_text(fields["barcode"], "barcode"),
        image=_whole(place, "variant_image", least=1) - 1 if place else None,
        # Our files say nothing of stock, so what is new has none.
        in_stock=False,
    )


def _amount(text: str, currency: str) -> int:
    try:
        return Money.parse(text, currency).amount
    except BadMoney as error:
        raise RejectedRow(PRICE + currency, str(error)) from None


def _listed_pictures(cell: str) -> Any:
    """As exports write them; staff may also list addresses or keys alone."""
    if cell.startswith(("[", "{")):
        return _json(cell, "images") or []
    return [source for source, _alt in sources_in(cell)]


def _images(entries: Any) -> tuple[Image, ...]:
    """Those that are told whole, as exports tell them; the others are looked up when the product is compared."""
    if not isinstance(entries, list) or not all(isinstance(entry, str) or _is_picture(entry) for entry in entries):
        raise RejectedRow("images", "must be a list of addresses, or of objects with key or url, and alt")
    return tuple(Image(**entry) for entry in entries if isinstance(entry, dict) and _WHOLE.keys() == entry.keys())


def _is_picture(entry: Any) -> bool:
    kinds = {**_WHOLE, "url": str}
    return (
        isinstance(entry, dict)
        and ("key" in entry) != ("url" in entry)
        and all(name in kinds and type(value) is kinds[name] for name, value in entry.items())
    )


def _model(entry: Any) -> Model3D | None:
    if entry is None:
        return None
    if not _is(entry, {"key": str, "size": int}):
        raise RejectedRow("model", "must be an object with key and size")
    return Model3D(**entry)


def _is(entry: Any, kinds: Mapping[str, type]) -> bool:
    return (
        isinstance(entry, dict)
        and entry.keys() == kinds.keys()
        and all(type(entry[name]) is kind for name, kind in kinds.items())
    )


def _one_of(kinds: type[StrEnum], texts: Mapping[str, str], name: str) -> Any:
    try:
        return kinds(texts[name])
    except ValueError:
        raise RejectedRow(name, f"{texts[name][:40]!r} is none of {', '.join(kinds)}") from None


def _whole(text: str, column: str, *, least: int = 0) -> int:
    if not re.fullmatch(r"[0-9]{1,12}", text) or int(text) < least:
        raise RejectedRow(column, f"{text[:40]!r} is not a whole number from {least}")
    return int(text)


def _flag(text: str, column: str) -> bool:
    if text.lower() not in _YES | _NO:
        raise RejectedRow(column, f"{text[:40]!r} is neither yes nor no")
    return text.lower() in _YES


def _text(value: Any, column: str) -> str:
    if not isinstance(value, str):
        raise RejectedRow(column, "must be a text")
    return value


def _named_texts(entries: Any, column: str) -> dict[str, str]:
    if not isinstance(entries, dict) or not all(isinstance(value, str) for value in entries.values()):
        raise RejectedRow(column, "must be an object of texts")
    return entries


def _decoded(cells: Mapping[str, str], column: str) -> str:
    try:
        return text_of(cells.get(column, ""))
    except ValueError as error:
        raise RejectedRow(column, str(error)) from None


def _pairs(cells: Mapping[str, str], column: str) -> dict[str, str]:
    try:
        return pairs_of(_decoded(cells, column))
    except RejectedRow:
        raise
    except ValueError as error:
        raise RejectedRow(column, str(error)) from None


def _json(text: str, column: str) -> Any:
    try:
        return json.loads(text) if text else None
    except (ValueError, RecursionError):
        raise RejectedRow(column, "is not valid JSON") from None
