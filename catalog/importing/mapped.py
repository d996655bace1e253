"""Products out of any table, through a mapping: a row is an item, and a repeated item another of its categories."""

from datetime import datetime

from catalog.domain import LIMITS, Product, Variant
from catalog.importing.building import (
    DEFAULT_RANK,
    MAX_UNITS,
    made_product,
    place_in,
    prices_of,
    status_of,
    tax_class_of,
    whole_number,
    with_attribute,
)
from catalog.importing.mapping import Mapping
from catalog.importing.pictures import note_pictures, sources_in
from catalog.importing.report import Parsed, RejectedRow
from catalog.importing.rows import Row, Table, UnreadableFile
from catalog.importing.silence import told_by_mapping
from catalog.importing.text import slug_of, stable_id, stable_sku

REQUIRED = ("id", "title")


def parse_mapped(table: Table, mapping: Mapping, *, now: datetime) -> Parsed:
    """Raises UnreadableFile when the mapping and the table do not belong together."""
    lacking = [f"[product] {name}" for name in REQUIRED if not mapping.product.get(name)]
    if lacking or not mapping.price.column:
        raise UnreadableFile(f"The mapping lacks {', '.join(lacking) or '[price] column'}.")
    missing = sorted(mapping.columns() - set(table.columns))
    if missing:
        raise UnreadableFile(
            f"The file lacks the columns {', '.join(missing)}; it has {', '.join(table.columns)[:500]}."
        )
    ids_said = mapping.product["id"] != mapping.product.get("sku")
    parsed = Parsed(told=told_by_mapping(mapping), mapped=True, ids_said=ids_said)
    for row in table.rows:
        try:
            _take(parsed, row, mapping, now)
        except RejectedRow as error:
            parsed.reject(row.line, error)
    parsed.rows = table.count
    return parsed


def _take(parsed: Parsed, row: Row, mapping: Mapping, now: datetime) -> None:
    if row.problem:
        raise RejectedRow("row", row.problem)
    source = mapping.text("id", row.values)
    if not source:
        raise RejectedRow("id", "the item has no id")
    said, prefix = mapping.text("sku", row.values), mapping.product.get("id_prefix", "")
    product_id = stable_id(source.lower(), prefix=prefix)
    category = row.values.get(mapping.category.column, "")
    known = parsed.products.get(product_id)
    if known is not None and said and not known.variant(said):
        # Another variant of the item, if the shop knows it.
        said_id, product_id = product_id, stable_id(f"{product_id} {said}", prefix=prefix)
        parsed.repeated[product_id] = said_id
        known = parsed.products.get(product_id)
    if known is not None:
        _demand_same(known, row, mapping)
        parsed.products[product_id] = _again(parsed, known, category, mapping)
        return
    sku = said or stable_sku(product_id)
    on_hand = _on_hand(row, mapping)
    product = made_product(
        product_id=product_id,
        variants=(_variant(row, mapping, sku, on_hand),),
        category=place_in(parsed, mapping.category, category),
        created_at=now,
        updated_at=now,
        **_texts(row, mapping),
    )
    found = [pair for column in mapping.images.columns for pair in sources_in(row.values.get(column, ""))]
    parsed.add(product, {} if on_hand is None else {sku: on_hand}, line=row.line)
    if not said:
        parsed.without_sku.add(product_id)
    alt = mapping.alt(row.values)
    sources = dict.fromkeys(source for source, _alt in found)
    note_pictures(parsed, product_id, [(row.line, source, dict(found)[source] or alt) for source in sources])


def _demand_same(known: Product, row: Row, mapping: Mapping) -> None:
    """A repeated item may say another category, but no other price."""
    if prices_of(row.values.get(mapping.price.column, ""), mapping.price.column, mapping) != known.variants[0].prices:
        raise RejectedRow(mapping.price.column, "the item is in this file already, with another price")


def _texts(row: Row, mapping: Mapping) -> dict[str, object]:
    title = mapping.text("title", row.values)
    attributes = {rule.name: rule.value(row.values.get(rule.column, "")) for rule in mapping.attributes}
    rank = mapping.text("rank", row.values)
    return {
        "title": title,
        "slug": slug_of(mapping.text("slug", row.values) or title),
        "brand": mapping.text("brand", row.values)[: LIMITS["brand"]],
        "description": mapping.text("description", row.values),
        "status": status_of(mapping.text("status", row.values), "status"),
        "tax_class": tax_class_of(mapping.text("tax_class", row.values), "tax_class"),
        "attributes": {name: value[:200] for name, value in attributes.items() if value},
        "rank": whole_number(rank, "rank", mapping, most=10**9) if rank else DEFAULT_RANK,
    }


def _variant(row: Row, mapping: Mapping, sku: str, on_hand: int | None) -> Variant:
    weight = mapping.text("weight_grams", row.values)
    return Variant(
        sku=sku,
        options={},
        prices=prices_of(row.values.get(mapping.price.column, ""), mapping.price.column, mapping),
        weight_grams=whole_number(weight, "weight_grams", mapping, most=10**7) if weight else 0,
        barcode=mapping.text("barcode", row.values)[: LIMITS["barcode"]],
        in_stock=bool(on_hand),
    )


def _on_hand(row: Row, mapping: Mapping) -> int | None:
    rule = mapping.stock
    if rule is None:
        return None
    cell = row.values.get(rule.column, "")
    if cell in rule.values:
        return rule.values[cell]
    try:
        return whole_number(cell, rule.column, mapping, most=MAX_UNITS)
    except RejectedRow:
        if rule.default is None:
            raise
        return rule.default


def _again(parsed: Parsed, known: Product, name: str, mapping: Mapping) -> Product:
    """The item under one more category: it stays in its first one."""
    place = place_in(parsed, mapping.category, name)
    attribute = mapping.category.attribute
    places = [part for part in known.attributes.get(attribute, "").split("; ") if part]
    if place == known.category or name in places:
        parsed.notes["rows repeat an item in the same category: ignored"] += 1
        return known
    if not attribute:
        parsed.notes["rows put an item in a second category: the first is kept"] += 1
        return known
    parsed.notes[f"rows put an item in a second category: kept as its attribute {attribute!r}"] += 1
    return with_attribute(known, attribute, "; ".join([*places, name]))
