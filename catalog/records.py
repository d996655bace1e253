"""Products and cards as plain values (text, whole numbers, lists): what the stores write down.

Options and attributes are lists of pairs, because a DynamoDB map forgets its order and shoppers would notice.
"""

from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from catalog.domain import Image, Kind, Model3D, Product, ProductCard, Rating, Status, TaxClass, Variant

Record = dict[str, Any]
# What staff edit: compared to tell whether a product changed, and replaced as a whole by a save.
EDITORIAL = (
    "slug", "title", "brand", "category", "description", "kind", "status", "variants", "images", "model",
    "attributes", "rank", "featured", "download", "tax_class", "seo_title", "seo_description", "translations",
    "product_type",
)  # fmt: skip
# What files of products seldom tell: where one is silent, what staff wrote stays.
_STAFF_WORDS = ("seo_title", "seo_description", "translations", "product_type")


def product_record(product: Product) -> Record:
    return {
        "product_id": product.product_id,
        **editorial_record(product),
        "version": product.version,
        "created_at": product.created_at.isoformat(),
        "updated_at": product.updated_at.isoformat(),
        "rating": [product.rating.average, product.rating.count],
        "sold_out": [v.sku for v in product.variants if not v.in_stock],
    }


def editorial_record(product: Product) -> Record:
    """The part that staff edit; equal records mean that saving would change nothing."""
    return {
        "slug": product.slug,
        "title": product.title,
        "brand": product.brand,
        "category": product.category,
        "description": product.description,
        "kind": str(product.kind),
        "status": str(product.status),
        "variants": [_variant_record(v) for v in product.variants],
        "images": [asdict(image) for image in product.images],
        "model": asdict(product.model) if product.model else None,
        "attributes": _pairs(product.attributes),
        "rank": product.rank,
        "featured": product.featured,
        "download": product.download,
        # Absent means standard: a product from before there were classes reads, and compares, as unchanged.
        "tax_class": "" if product.tax_class is TaxClass.STANDARD else str(product.tax_class),
        "seo_title": product.seo_title,
        "seo_description": product.seo_description,
        "translations": {language: dict(texts) for language, texts in product.translations.items() if texts},
        "product_type": product.product_type,
    }


def with_staff_words(product: Product, stored: Product) -> Product:
    """A file's product with what only staff could say of the `stored` one, where the file is silent."""
    kept: dict[str, Any] = {name: getattr(stored, name) for name in _STAFF_WORDS if not getattr(product, name)}
    if product.tax_class is TaxClass.STANDARD:
        kept["tax_class"] = stored.tax_class
    return replace(product, **kept)


def product_from(record: Record, *, stale: bool = False) -> Product:
    kind = Kind(record["kind"])
    sold_out = set() if kind is Kind.DIGITAL else set(record.get("sold_out") or ())
    model = record.get("model")
    return Product(
        product_id=record["product_id"],
        slug=record["slug"],
        title=record["title"],
        brand=record.get("brand", ""),
        category=record["category"],
        description=record.get("description", ""),
        kind=kind,
        status=Status(record["status"]),
        variants=tuple(_variant_from(v, sold_out) for v in record["variants"]),
        images=tuple(map(image_from, record.get("images", ()))),
        model=Model3D(model["key"], model["size"]) if model else None,
        attributes=dict(record.get("attributes", ())),
        rank=record.get("rank", 0),
        featured=record.get("featured", False),
        download=record.get("download", ""),
        tax_class=TaxClass(record.get("tax_class") or TaxClass.STANDARD),
        seo_title=record.get("seo_title", ""),
        seo_description=record.get("seo_description", ""),
        translations=record.get("translations") or {},
        product_type=record.get("product_type", ""),
        version=record["version"],
        created_at=datetime.fromisoformat(record["created_at"]),
        updated_at=datetime.fromisoformat(record["updated_at"]),
        rating=Rating(*record.get("rating", ())[:2]),
        stale=stale,
    )


def image_from(record: Record) -> Image:
    """A picture of what is stored or was kept; what a newer release says of it is left alone."""
    return Image(record["key"], record["width"], record["height"], record.get("alt", ""))


def card_of(product: Product) -> ProductCard:
    images = (*product.images, None, None)
    currencies = sorted({currency for v in product.variants for currency in v.prices})
    lowest = {currency: product.price_from(currency) for currency in currencies}
    return ProductCard(
        product_id=product.product_id,
        slug=product.slug,
        title=product.title,
        brand=product.brand,
        category=product.category,
        kind=product.kind,
        status=product.status,
        prices={currency: money.amount for currency, money in lowest.items() if money},
        price_range=any(product.has_price_range(currency) for currency in currencies),
        image=images[0],
        second_image=images[1],
        rating=product.rating,
        in_stock=product.in_stock,
        rank=product.rank,
        titles={language: texts["title"] for language, texts in product.translations.items() if "title" in texts},
    )


def card_record(card: ProductCard) -> Record:
    images = [image for image in (card.image, card.second_image) if image]
    return {
        "product_id": card.product_id,
        "slug": card.slug,
        "title": card.title,
        "brand": card.brand,
        "category": card.category,
        "kind": str(card.kind),
        "status": str(card.status),
        "prices": dict(card.prices),
        "price_range": card.price_range,
        "images": [[i.key, i.width, i.height, i.alt] for i in images],
        "rating": [card.rating.average, card.rating.count],
        "in_stock": card.in_stock,
        "rank": card.rank,
        **({"titles": dict(card.titles)} if card.titles else {}),
    }


def card_from(record: Record) -> ProductCard:
    images = [Image(*image[:4]) for image in record["images"]]
    return ProductCard(
        product_id=record["product_id"],
        slug=record["slug"],
        title=record["title"],
        brand=record["brand"],
        category=record["category"],
        kind=Kind(record["kind"]),
        status=Status(record["status"]),
        prices=record["prices"],
        price_range=record["price_range"],
        image=images[0] if images else None,
        second_image=images[1] if len(images) > 1 else None,
        rating=Rating(*record["rating"][:2]),
        in_stock=record["in_stock"],
        rank=record["rank"],
        titles=record.get("titles", {}),
    )


def rating_of(*, total: int, count: int) -> list[float | int]:
    """The average of `count` reviews with `total` stars, to two decimals, as records hold it."""
    return [round(total / count, 2) if count else 0.0, count]


def _pairs(mapping: Any) -> list[list[str]]:
    return [[name, value] for name, value in mapping.items()]


def _variant_record(variant: Variant) -> Record:
    return {
        "sku": variant.sku,
        "options": _pairs(variant.options),
        "prices": dict(variant.prices),
        "weight_grams": variant.weight_grams,
        "barcode": variant.barcode,
        "image": variant.image,
    }


def _variant_from(record: Record, sold_out: set[str]) -> Variant:
    return Variant(
        sku=record["sku"],
        options=dict(record["options"]),
        prices=record["prices"],
        weight_grams=record["weight_grams"],
        barcode=record["barcode"],
        image=record["image"],
        in_stock=record["sku"] not in sold_out,
    )
