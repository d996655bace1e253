"""Pages of a look at a file, as they are kept: the products, the pictures they name, and the refused rows."""

import json
import zlib
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any, BinaryIO

from catalog.domain import Product
from catalog.importing.pictures import Picture
from catalog.importing.report import Parsed, Rejection
from catalog.importing.silence import Told
from catalog.records import product_from, product_record

PAGE = 25


@dataclass(frozen=True, slots=True)
class LookPage:
    products: list[Product]
    pictures: dict[str, tuple[Picture, ...]]
    refused: list[Rejection]


def write_pages(parsed: Parsed, file: BinaryIO) -> list[int]:
    """Where each page begins, and where the last one ends."""
    products = list(parsed.products.values())
    refused = sorted(parsed.rejected, key=lambda r: (r.line, r.field))
    places = [0]
    for start in range(0, max(len(products), len(refused)), PAGE):
        shown = products[start : start + PAGE]
        body = {
            "products": [product_record(product) for product in shown],
            "pictures": {p.product_id: _listed(parsed.pictures.get(p.product_id, ())) for p in shown},
            "refused": [asdict(rejection) for rejection in refused[start : start + PAGE]],
        }
        places.append(places[-1] + file.write(zlib.compress(json.dumps(body).encode())))
    return places


def read_page(content: bytes) -> LookPage:
    body = json.loads(zlib.decompress(content))
    return LookPage(
        products=[product_from(record) for record in body["products"]],
        pictures={name: tuple(Picture(**picture) for picture in listed) for name, listed in body["pictures"].items()},
        refused=[Rejection(**rejection) for rejection in body["refused"]],
    )


def told_record(told: Told | None) -> dict[str, Any] | None:
    if told is None:
        return None
    parts = {name: sorted(getattr(told, name)) for name in ("product", "variant", "attributes")}
    currencies = None if told.currencies is None else sorted(told.currencies)
    return {**parts, "all_variants": told.all_variants, "currencies": currencies}


def told_from(record: dict[str, Any] | None) -> Told | None:
    if record is None:
        return None
    parts = {name: frozenset(record[name]) for name in ("product", "variant", "attributes")}
    # A look that an earlier release kept says nothing of currencies.
    said = record.get("currencies")
    return Told(**parts, all_variants=record["all_variants"], currencies=None if said is None else frozenset(said))


def _listed(pictures: Iterable[Picture]) -> list[dict[str, Any]]:
    return [asdict(picture) for picture in pictures]
