"""The demo's goods as `deploy/demo/catalog*.json` describe them, made into products, reviews and stock."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from catalog.domain import Category, InvalidProduct, Kind, Product, Status, Variant
from catalog.reviews import Review
from orders.services.open_stock import FirstCount
from shopcloud.lib.ids import CROCKFORD
from shopcloud.wiring.demo.files import DemoFiles
from shopcloud.wiring.demo.types import FILE, OBJECT

Described = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Goods:
    """What the files describe, not yet stored anywhere."""

    categories: list[Described]
    products: list[Described]

    @property
    def image_paths(self) -> Iterator[str]:
        yield from (category["image"] for category in self.categories if category.get("image"))
        yield from (image["file"] for product in self.products for image in product["images"])


def read_goods(folder: Path) -> Goods:
    """The goods of every `catalog*.json` in `folder`, none when there is no such file, with what `translations*.json`
    say of them in other languages, by slug.
    """
    categories: list[Described] = []
    products: list[Described] = []
    for path in sorted(folder.glob("catalog*.json")):
        described = json.loads(path.read_text())
        categories += described.get("categories", [])
        products += described.get("products", [])
    words: dict[str, Any] = {}
    for path in sorted(folder.glob("translations*.json")):
        words |= json.loads(path.read_text())
    return Goods(categories, [{"translations": words.get(product["slug"], {}), **product} for product in products])


def demo_id(*names: str) -> str:
    """Ten letters and digits that are always the same for the same names."""
    number = int.from_bytes(hashlib.sha256("/".join(("shopcloud-demo", *names)).encode()).digest()[:8])
    return "".join(CROCKFORD[(number >> 5 * place) & 31] for place in range(10)).lower()


def category_of(described: Described, position: int, files: DemoFiles) -> Category:
    return Category(
        path=described["path"],
        name=described["name"],
        names=described.get("names", {}),
        description=described.get("description", ""),
        translations=described.get("translations", {}),
        image=files.image_key(described.get("image") or ""),
        position=position,
    )


def product_of(described: Described, rank: int, files: DemoFiles, now: datetime) -> Product:
    """Raises InvalidProduct naming the product."""
    try:
        return _product_of(described, rank, files, now)
    except InvalidProduct as error:
        raise InvalidProduct({f"{described['slug']}, {name}": why for name, why in error.errors.items()}) from None


def _product_of(described: Described, rank: int, files: DemoFiles, now: datetime) -> Product:
    model, download = described.get("model"), described.get("digital_file")
    kind = Kind(described.get("kind", "physical"))
    return Product(
        product_id=demo_id(described["slug"]),
        slug=described["slug"],
        title=described["title"],
        brand=described.get("brand", ""),
        category=described["category"],
        description=described.get("description", ""),
        kind=kind,
        status=Status(described.get("status", "active")),
        variants=tuple(_variant_of(v, physical=kind is Kind.PHYSICAL) for v in described["variants"]),
        images=tuple(files.image(image["file"], image.get("alt", "")) for image in described["images"]),
        model=files.model(model) if model else None,
        attributes=described.get("attributes", {}),
        translations=described.get("translations", {}),
        product_type=FILE if kind is Kind.DIGITAL else OBJECT,
        rank=rank,
        featured=described.get("featured", False),
        download=files.download(download) if download else "",
        created_at=now,
        updated_at=now,
    )


def reviews_of(described: Described, now: datetime) -> Iterator[Review]:
    for number, review in enumerate(described.get("reviews", ())):
        yield Review(
            review_id=demo_id(described["slug"], str(number)),
            product_id=demo_id(described["slug"]),
            author=review["author"],
            rating=review["rating"],
            title=review.get("title", ""),
            body=review["body"],
            verified=review.get("verified", False),
            created_at=now - timedelta(days=review.get("days_ago", 0), minutes=number),
        )


def stock_of(described: Described) -> Iterator[FirstCount]:
    """Digital goods have no stock: they never run out."""
    if described.get("kind", "physical") == "physical":
        for variant in described["variants"]:
            on_hand = variant.get("stock", 0)
            yield FirstCount(variant["sku"], demo_id(described["slug"]), on_hand, shown_in_stock=on_hand > 0)


def _variant_of(described: Described, *, physical: bool) -> Variant:
    return Variant(
        sku=described["sku"],
        options=described.get("options", {}),
        prices=described["prices"],
        weight_grams=described.get("weight_grams") or 0,
        barcode=described.get("barcode") or "",
        image=described.get("image"),
        in_stock=not physical or described.get("stock", 0) > 0,
    )
