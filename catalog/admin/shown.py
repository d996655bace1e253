"""Differences of products in words that staff can read."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from catalog.admin.wording import NAMES
from catalog.differences import Difference, Path
from catalog.domain import Image, Product
from shopcloud.lib.money import Money

FIELDS = {
    "slug": "Address",
    "model": "3D model",
    "download": "File to download",
    "featured": "On the home page",
    "seo_title": "Title for search engines",
    "seo_description": "Description for search engines",
    "tax_class": "Tax class",
    "weight_grams": "weight",
    "alt": "what it shows",
    "image": "picture",
    "publish_at": "On sale from",
    "archive_at": "Off sale from",
}
PARTS = {"images": "pictures", "variants": "variants", "attributes": "attributes"}


@dataclass(frozen=True, slots=True)
class Side:
    """What one version shows at a place: a text, and a picture where the place is one. Empty text: nothing there."""

    text: str
    image: Image | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """A difference as a page shows it. `name` is that of its choice in a form; `chosen` is "", "theirs" or "yours"."""

    path: Path
    label: str
    was: Side
    theirs: Side
    yours: Side
    known: bool
    suggestion: str
    chosen: str = ""

    @property
    def name(self) -> str:
        return name_of(self.path)


def name_of(path: Path) -> str:
    return "choice:" + "/".join(quote(part, safe="") for part in path)


def shown(found: Iterable[Difference], *products: Product | None) -> list[Shown]:
    """The differences with what the pictures of these products are called."""
    called = {image.key: image.alt for product in products if product for image in product.images if image.alt}
    return [
        Shown(
            d.path,
            label_of(d.path, called),
            _side(d.path, d.was, called),
            _side(d.path, d.theirs, called),
            _side(d.path, d.yours, called),
            d.known,
            d.suggestion,
            d.suggestion,
        )
        for d in found
    ]


def label_of(path: Path, called: dict[str, str]) -> str:
    first, *rest = path
    if first == "plan" or not rest:
        return _field(path[-1])
    if first == "order":
        return f"Order of {PARTS[rest[0]]}"
    if first == "attributes":
        return f"Attribute “{rest[0]}”"
    if first == "translations":
        return ": ".join([str(NAMES.get(rest[0], rest[0])), *(_field(name).lower() for name in rest[1:])])
    if first == "images":
        return ": ".join([f"Picture “{_called(rest[0], called)}”", *(_field(name) for name in rest[1:])])
    return _variant_label(rest) if first == "variants" else ": ".join(map(_field, path))


def _variant_label(rest: list[str]) -> str:
    sku, *part = rest
    if not part:
        return f"Variant {sku}"
    return f"Variant {sku}: " + (f"price in {part[1]}" if part[0] == "prices" else _field(part[0]).lower())


def _field(name: str) -> str:
    return FIELDS.get(name) or name.replace("_", " ").capitalize()


def _called(key: str, called: dict[str, str]) -> str:
    return called.get(key) or key


def _side(path: Path, value: Any, called: dict[str, str]) -> Side:
    if value is None:
        return Side("")
    if path[0] == "images" and len(path) == 2:
        return Side(value["alt"] or value["key"], Image(**value))
    return Side(_text(path, value, called))


def _text(path: Path, value: Any, called: dict[str, str]) -> str:
    if path[0] == "order":
        return "\n".join(f"{place}. {_called(key, called)}" for place, key in enumerate(value, start=1))
    if path[0] == "variants":
        return _variant_text(value, called) if len(path) == 2 else _variant_part(path, value, called)
    if path[0] == "translations" and isinstance(value, dict):
        return "\n".join(f"{_field(field)}: {text}" for field, text in value.items())
    if path == ("model",):
        return f"{value['key']} ({value['size']:,} bytes)"
    if path[0] in {"status", "kind", "tax_class"}:
        return str(value or "standard").replace("_", " ").capitalize()
    return {True: "Yes", False: "No"}[value] if isinstance(value, bool) else str(value)


def _variant_part(path: Path, value: Any, called: dict[str, str]) -> str:
    name = path[2]
    if name == "prices":
        return Money(value, path[3]).format("en")
    if name == "options":
        return "; ".join(f"{option}: {text}" for option, text in value)
    if name == "weight_grams":
        return f"{value:,} g" if value else ""
    return _called(value, called) if name == "image" else str(value)


def _variant_text(variant: dict[str, Any], called: dict[str, str]) -> str:
    prices = [Money(amount, currency).format("en") for currency, amount in sorted(variant["prices"].items())]
    parts = [_variant_part(("variants", "", name), variant[name], called) for name in ("options", "weight_grams")]
    picture = _called(variant["image"], called) if variant.get("image") else ""
    return " · ".join(part for part in (variant["sku"], *parts, *prices, variant["barcode"], picture) if part)
