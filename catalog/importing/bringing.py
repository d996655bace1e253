"""Pictures that files name are brought into the shop's media: looked up by key, fetched by URL, each once.

A URL that was brought before is not fetched again, by this import or a later one. A host is asked one thing at a time,
with pauses, and left alone after it did not answer a few times.
"""

import hashlib
import time
from collections.abc import Iterable, Mapping
from urllib.parse import urlsplit

from catalog import queries
from catalog.domain import Freshness, Product
from catalog.importing.pictures import Kept, Picture
from catalog.models import KnownPicture
from media import queries as media_queries
from media import services as media
from shopcloud.lib import clock
from shopcloud.lib.fetching import Busy, NotFetched, Silent

PAUSE = 0.1
LONGEST_PAUSE = 10.0
GIVE_UP_AFTER = 3


class NotBrought(Exception):
    """The picture cannot be had; the message says why."""


def known_pictures(pictures: Iterable[Picture]) -> dict[str, Kept]:
    """Those brought before, by source."""
    digests = [_digest(source) for source in {picture.source for picture in pictures}]
    rows = KnownPicture.objects.in_bulk(digests).values()
    return {row.source: Kept(row.key, row.width, row.height) for row in rows}


def unknown_pictures(
    products: Iterable[Product], named: Mapping[str, tuple[Picture, ...]], known: Mapping[str, Kept]
) -> list[Picture]:
    """Those to be brought; none that its product shows already. Raises CatalogUnavailable."""
    waiting = {p.product_id: [x for x in named.get(p.product_id, ()) if x.source not in known] for p in products}
    asked = [product_id for product_id, pictures in waiting.items() if any(picture.is_key for picture in pictures)]
    stored = queries.products_by_id(asked, freshness=Freshness.STRONG) if asked else {}
    shown = {product_id: {image.key for image in product.images} for product_id, product in stored.items()}
    return [
        x for product_id, pictures in waiting.items() for x in pictures if x.source not in shown.get(product_id, ())
    ]


class Bringer:
    """Brings pictures, politely. One for each worker's turn: it remembers which hosts do not answer."""

    def __init__(self) -> None:
        self._asked: dict[str, float] = {}
        self._silent: dict[str, int] = {}

    def bring(self, picture: Picture) -> Kept:
        """Bring one and remember it. Raises NotBrought, MediaUnavailable."""
        try:
            kept = _looked_up(picture.source) if picture.is_key else self._fetched(picture.source)
        except (NotFetched, media.RefusedUpload, media_queries.NoSuchFile) as error:
            raise NotBrought(f"{picture.source[:300]}: {error}") from None
        _remember(picture.source, kept)
        return kept

    def _fetched(self, url: str) -> Kept:
        host = urlsplit(url).netloc.lower()
        if self._silent.get(host, 0) >= GIVE_UP_AFTER:
            raise NotFetched("the host did not answer several times and was left alone; import the file again later")
        try:
            stored = self._asked_twice(host, url)
        except Silent:
            self._silent[host] = self._silent.get(host, 0) + 1
            raise
        self._silent.pop(host, None)
        return Kept(stored.key, stored.width, stored.height)

    def _asked_twice(self, host: str, url: str) -> media.StoredImage:
        """Once more where the host asks for a pause."""
        self._wait(host)
        try:
            return media.fetch_image(url)
        except Busy as busy:
            time.sleep(min(busy.pause, LONGEST_PAUSE))
            return media.fetch_image(url)

    def _wait(self, host: str) -> None:
        due = self._asked.get(host, 0.0) + PAUSE - time.monotonic()
        if due > 0:
            time.sleep(due)
        self._asked[host] = time.monotonic()


def _looked_up(key: str) -> Kept:
    return Kept(key, *media_queries.picture_size(key))


def _remember(source: str, kept: Kept) -> None:
    row = KnownPicture(
        digest=_digest(source),
        source=source,
        key=kept.key,
        width=kept.width,
        height=kept.height,
        brought_at=clock.now(),
    )
    # Another worker may have brought it meanwhile: it is the same picture.
    KnownPicture.objects.bulk_create([row], ignore_conflicts=True)


def _digest(source: str) -> str:
    return hashlib.sha256(source.encode()).hexdigest()
