"""The pictures that a file names for a product, by URL or by the media key of one that is kept already."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from catalog.domain import LIMITS, Image, Product
from catalog.importing.report import Parsed, RejectedRow
from media.queries import is_picture_key
from shopcloud.lib.fetching import NotFetched, target_of

MOST = 250


@dataclass(frozen=True, slots=True)
class Picture:
    """`number` counts from 1 as the file lists them; `alt` is None where the file has nothing to say of it."""

    source: str
    alt: str | None
    line: int
    number: int

    @property
    def field(self) -> str:
        return f"image {self.number}"

    @property
    def is_key(self) -> bool:
        return "://" not in self.source


@dataclass(frozen=True, slots=True)
class Kept:
    """Where a named picture is kept, in pixels."""

    key: str
    width: int
    height: int


def sources_in(cell: str) -> list[tuple[str, str | None]]:
    """Of a cell: addresses or keys divided by blanks, line ends or bars, or JSON. Raises RejectedRow."""
    if not cell.lstrip().startswith(("[", "{")):
        return [(source, None) for source in cell.replace("|", " ").split()]
    try:
        return sources_of(json.loads(cell))
    except (ValueError, RecursionError):
        raise RejectedRow("images", "is not valid JSON") from None


def sources_of(entries: Any) -> list[tuple[str, str | None]]:
    """Of a list of texts, or of objects with `url` or `key`, and perhaps `alt`. Raises RejectedRow."""
    listed = entries if isinstance(entries, list) else [entries]
    found = [_source(entry) for entry in listed]
    if not all(isinstance(source, str) and isinstance(alt, str | None) for source, alt in found):
        raise RejectedRow("images", "must be a list of objects with url or key, and alt")
    return found


def _source(entry: Any) -> tuple[Any, Any]:
    if isinstance(entry, dict):
        return entry.get("key") or entry.get("url"), entry.get("alt")
    return entry, None


def note_pictures(
    parsed: Parsed, product_id: str, found: Iterable[tuple[int, str, str | None]], *, ours: bool = False
) -> None:
    """Keep the pictures of a product of the file, each with its line; what is no address is noted as refused.

    `ours`: in our own format a key may be any that the product has.
    """
    pictures = []
    for number, (line, source, alt) in enumerate(found, start=1):
        picture = Picture(source, alt, line, number)
        wrong = _wrong(picture, ours)
        if wrong:
            parsed.reject(line, RejectedRow(picture.field, f"{source[:120]}: {wrong}"))
        else:
            pictures.append(picture)
    if pictures:
        parsed.pictures[product_id] = tuple(pictures)


def _wrong(picture: Picture, ours: bool) -> str:
    if picture.number > MOST:
        return f"a product has {MOST} pictures at most"
    if len(picture.alt or "") > LIMITS["alt"]:
        return f"what it shows must be told in {LIMITS['alt']} characters at most"
    if not picture.source.isprintable():
        return "has characters that no address has"
    if picture.is_key:
        return "" if ours or is_picture_key(picture.source) else "is neither an address nor the key of a kept picture"
    try:
        target_of(picture.source)
    except NotFetched as error:
        return str(error)
    return ""


def with_pictures(
    product: Product, stored: Product | None, pictures: tuple[Picture, ...], known: Mapping[str, Kept]
) -> Product:
    """With those of the file's pictures that are kept, in its order; without any, with those that it has already."""
    had = {image.key: image for image in stored.images} if stored else {}
    found = [(p.number - 1, image) for p in pictures if (image := _image(p, had, known))]
    if not found:
        return _with_those_it_has(product, stored)
    place = {listed: now for now, (listed, _image) in enumerate(found)}
    listed_at = range(pictures[-1].number)
    variants = tuple(
        replace(v, image=place.get(v.image)) if v.image is not None and v.image in listed_at else v
        for v in product.variants
    )
    return replace(product, images=tuple(image for _listed, image in found), variants=variants)


def _image(picture: Picture, had: Mapping[str, Image], known: Mapping[str, Kept]) -> Image | None:
    kept: Kept | Image | None = had.get(picture.source) or known.get(picture.source)
    if kept is None:
        return None
    before = had.get(kept.key)
    alt = picture.alt if picture.alt is not None else before.alt if before else ""
    return Image(kept.key, kept.width, kept.height, alt)


def _with_those_it_has(product: Product, stored: Product | None) -> Product:
    places = {v.sku: v.image for v in stored.variants} if stored else {}
    variants = tuple(replace(v, image=places.get(v.sku)) for v in product.variants)
    return replace(product, images=stored.images if stored else (), variants=variants)
