"""Products as items of the table: the record, the keys that list it, and the card its listings show."""

import json
from collections.abc import Mapping
from typing import Any

from catalog.domain import Kind, Product, ProductCard, ancestors
from catalog.dynamo.values import decode_all, encode_all
from catalog.records import EDITORIAL, card_from, card_of, card_record, editorial_record, product_from, rating_of

# The hash key of each index by the depth of the category it lists.
LEVELS = ("department", "section", "category")
LISTING = (*LEVELS, "shelf", "rank_key", "card")
FEATURED = "featured"
# `category` is an index key, present only while the product is listed; `path` is always there.
_RENAMED = {"category": "path"}


def attributes_of(product: Product) -> dict[str, Any]:
    """What a save writes: all that staff edit and, while the product is active, its place in the listings.

    Attributes that are not in here but in `saved_names()` must be removed by the save.
    """
    record = {_RENAMED.get(name, name): value for name, value in editorial_record(product).items()}
    kept = {name: value for name, value in record.items() if value not in (None, "", [], {})}
    return {**kept, **(_listing(product) if product.is_active else {})}


def new_item(product: Product) -> dict[str, Any]:
    """The whole item of a product that is stored for the first time, as DynamoDB takes it."""
    item = {
        "product_id": product.product_id,
        "version": 1,
        "created_at": product.created_at.isoformat(),
        "updated_at": product.updated_at.isoformat(),
        **attributes_of(product),
    }
    sold_out = {v.sku for v in product.variants if not v.in_stock}
    return encode_all({**item, "sold_out": sold_out} if sold_out else item)


def saved_names() -> set[str]:
    return {_RENAMED.get(name, name) for name in EDITORIAL} | set(LISTING)


def rank_key(product: Product) -> str:
    """Sorts by rank, then id: no two products share a place, so a cursor never skips one."""
    return f"{product.rank:012d}{product.product_id}"


def _listing(product: Product) -> dict[str, str]:
    card = {**card_record(card_of(product)), "skus": [v.sku for v in product.variants]}
    return {
        **dict(zip(LEVELS, ancestors(product.category), strict=False)),
        **({"shelf": FEATURED} if product.featured else {}),
        "rank_key": rank_key(product),
        "card": json.dumps(card, ensure_ascii=False, separators=(",", ":")),
    }


def product_of(item: Mapping[str, Any]) -> Product:
    """The product of an item as DynamoDB returns it."""
    plain = decode_all({name: value for name, value in item.items() if name not in LISTING})
    plain["category"] = plain.pop("path")
    return product_from({**plain, "rating": _rating(plain)})


def card_of_item(item: Mapping[str, Any]) -> ProductCard:
    """The card of an index entry."""
    plain = decode_all({name: item[name] for name in ("rating_total", "rating_count", "sold_out") if name in item})
    record = json.loads(item["card"]["S"])
    sold_out = plain.get("sold_out", set())
    in_stock = any(sku not in sold_out for sku in record.pop("skus")) or record["kind"] == Kind.DIGITAL
    return card_from({**record, "rating": _rating(plain), "in_stock": in_stock})


def _rating(plain: Mapping[str, Any]) -> list[float | int]:
    return rating_of(total=plain.get("rating_total", 0), count=plain.get("rating_count", 0))
