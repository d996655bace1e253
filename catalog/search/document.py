"""A product as the index keeps it: plain values by field name, so that it can also be written down as JSON."""

import json
import re
import zlib
from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import asdict, fields
from datetime import datetime
from typing import Any

from catalog.domain import Kind, Product, ProductCard, Rating, Status, ancestors
from catalog.records import image_from
from catalog.search.facts import every_name, facts_of
from catalog.search.letters import composed
from catalog.search.sizes import size_words

CURRENCIES = ("USD", "EUR", "GBP")
Document = dict[str, str | int | list[str]]
Counted = Callable[[Product], Container[str]]
# What is read for values of a product where a language has words of its own for them, by language.
Spoken = Callable[[Product], Mapping[str, Sequence[str]]]

TRANSLATED = ("title", "description")
# Who asks so knows the words of all languages.
EVERY_LANGUAGE = "*"
# What is said in other languages not by the product but by its type.
SPOKEN = "attributes"
_ON_CARDS = tuple(told.name for told in fields(ProductCard))
_EPOCH = 1_577_836_800  # 2020: seconds since then fit 31 bits until 2088
_NOT_CODE = re.compile(r"[^0-9a-z]+")


def as_it_stands(_product: Product) -> Mapping[str, Sequence[str]]:
    """Values are read in every language as the product says them."""
    return {}


def document(
    product: Product,
    names_of: Callable[[str], str],
    counted: Counted = every_name,
    spoken: Spoken = as_it_stands,
) -> Document:
    """The fields of `product`; prices are the lowest of its variants, ratings tenths of a star.

    `names_of` gives what a category path is called, in every language; `counted` the attributes of a product that
    shoppers may choose by, as `key_of` names them; `spoken` what their values are called.
    """
    paths = ancestors(product.category)
    fields: Document = {
        "product_id": product.product_id,
        "title": product.title,
        "brand_name": product.brand,
        "brand": product.brand,
        "category_name": " ".join(names_of(path) for path in paths),
        **_attributes(product, spoken(product)),
        "description": product.description,
        "codes": _codes(product),
        "facts": facts_of(product, counted(product)),
        "category": paths,
        "product_type": product.product_type,
        "status": str(product.status),
        "rating": round(product.rating.average * 10),
        "in_stock": int(product.in_stock),
        "created": int(product.created_at.timestamp()),
        "changed": change_key(product.updated_at, product.product_id),
        "rank": product.rank,
        **_translated(product),
    }
    fields = {name: _composed(value) for name, value in fields.items()}
    fields["card"] = json.dumps(_card(product), ensure_ascii=False, separators=(",", ":"))
    fields.update({f"level{depth}": path for depth, path in enumerate(paths, start=1)})
    for currency in CURRENCIES:
        price = product.price_from(currency)
        if price is not None:
            fields[price_field(currency)] = price.amount
    return fields


def translated_field(name: str, language: str) -> str:
    """The field that holds a text in another language than English: `title_de`."""
    return f"{name}_{language}"


def as_code(text: str) -> str:
    return text.strip().lower()


def codes_for(text: str) -> list[str]:
    """A SKU or barcode as it is written, and without its spaces, dashes and dots."""
    code = as_code(text)
    return list(dict.fromkeys(form for form in (code, _NOT_CODE.sub("", code)) if form))


def price_field(currency: str) -> str:
    return f"price_{currency.lower()}"


def words_of(path: str) -> str:
    """`lighting/table-lamps` -> "Table lamps": a readable name where no better one is known."""
    return path.rpartition("/")[2].replace("-", " ").capitalize()


def change_key(changed: datetime, product_id: str) -> int:
    """One unique number that sorts by second of change: a page of the staff's listing starts after it."""
    return (max(int(changed.timestamp()) - _EPOCH, 0) << 32) | zlib.crc32(product_id.encode())


def card_of(stored: Any) -> ProductCard:
    """The card that `document` stored, from its bytes; what a newer release says in it is left alone."""
    data: dict[str, Any] = json.loads(bytes(stored))
    images = [image_from(image) for image in data["images"]]
    known = {name: data[name] for name in _ON_CARDS if name in data}
    return ProductCard(
        **{
            **known,
            "kind": Kind(data["kind"]),
            "status": Status(data["status"]),
            "rating": Rating(*data["rating"][:2]),
        },
        image=images[0] if images else None,
        second_image=images[1] if len(images) > 1 else None,
    )


def _card(product: Product) -> dict[str, Any]:
    currencies = {currency for v in product.variants for currency in v.prices}
    prices = {c: price.amount for c in sorted(currencies) if (price := product.price_from(c))}
    titles = {language: texts["title"] for language, texts in product.translations.items() if "title" in texts}
    return {
        "product_id": product.product_id,
        "slug": product.slug,
        "title": product.title,
        "brand": product.brand,
        "category": product.category,
        "kind": product.kind,
        "status": product.status,
        "prices": prices,
        "price_range": any(product.has_price_range(c) for c in currencies),
        "images": [asdict(image) for image in product.images[:2]],
        "rating": [product.rating.average, product.rating.count],
        "in_stock": product.in_stock,
        "rank": product.rank,
        **({"titles": titles} if titles else {}),
    }


def _composed(value: str | int | list[str]) -> str | int | list[str]:
    if isinstance(value, list):
        return [composed(text) for text in value]
    return composed(value) if isinstance(value, str) else value


def _translated(product: Product) -> dict[str, str]:
    """Titles and descriptions in other languages, each in a field of its own: their words are no English."""
    said = product.translations.items()
    return {translated_field(n, lang): texts[n] for lang, texts in said for n in TRANSLATED if n in texts}


def _attributes(product: Product, spoken: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """What values are called is searched in the language that calls them so; as they stand, in every one."""
    fields = {translated_field(SPOKEN, lang): " ".join(words) for lang, words in spoken.items() if lang != "en"}
    return {SPOKEN: " ".join([*_attribute_words(product), *spoken.get("en", ())]), **fields}


def _codes(product: Product) -> list[str]:
    return [form for v in product.variants for code in (v.sku, v.barcode) if code for form in codes_for(code)]


def _attribute_words(product: Product) -> list[str]:
    options = {value: None for v in product.variants for value in v.options.values()}
    said = [*product.attributes.values(), *options]
    return [*said, *size_words(" ".join([product.title, *said]))]
