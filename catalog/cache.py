"""The item cache: products and first pages in Redis, in front of the repository.

A copy is fresh for seconds and kept for a day. Fresh copies answer cached reads; the others answer only while DynamoDB
does not, and say so. Without Redis every read goes to DynamoDB.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime

from catalog.copies import Copies
from catalog.domain import CardPage, Freshness, Product, ancestors
from catalog.records import card_from, card_record, product_from, product_record
from catalog.repository import PAGE_SIZE, CatalogUnavailable, ProductRepository, SaveDoubted, SomeUnknown
from shopcloud.lib.moment import Moment
from shopcloud.lib.single_flight import SingleFlight

PRODUCT_SECONDS = 60
UNKNOWN_SECONDS = 5
LISTING_SECONDS = 15
FEATURED_LIMIT = 24
WAIT_SECONDS = 1.0
PRODUCTS_AT_HAND = 512
# Of the process, as what it is kept from.
at_hand: Moment[Product] = Moment(PRODUCTS_AT_HAND)


class CachedProducts:
    """A repository around another one; it keeps the same promises and passes the same tests."""

    def __init__(self, behind: ProductRepository) -> None:
        self._behind = behind
        self._products = Copies("product", fresh_seconds=PRODUCT_SECONDS)
        self._pages = Copies("listing", fresh_seconds=LISTING_SECONDS)
        # A popular product whose copy has just run out would otherwise be read by every thread at once.
        self._reading: SingleFlight[Product | None] = SingleFlight(wait_seconds=WAIT_SECONDS)

    # -- reads -------------------------------------------------------------------------------------------------

    def get(self, product_id: str, *, freshness: Freshness) -> Product | None:
        if freshness is Freshness.STRONG:
            product = self._behind.get(product_id, freshness=freshness)
            if product:
                self.remember([product])
            else:
                self._fill({product_id: None})
            return product
        if freshness is Freshness.CACHED and (seen := at_hand.get(product_id)):
            return seen
        copy = self._products.read([product_id])[0]
        if copy and copy.fresh:
            return self._kept_at_hand(product_from(copy.value)) if copy.value else None
        try:
            return self._reading.do(product_id, lambda: self._read(product_id))
        except CatalogUnavailable:
            if copy is None or copy.value is None:
                raise
            return product_from(copy.value, stale=True)

    def _kept_at_hand(self, product: Product) -> Product:
        at_hand.keep(product.product_id, product)
        return product

    def _read(self, product_id: str) -> Product | None:
        product = self._behind.get(product_id, freshness=Freshness.CACHED)
        self._fill({product_id: product})
        return product

    def get_many(self, product_ids: Iterable[str], *, freshness: Freshness) -> dict[str, Product]:
        wanted = list(dict.fromkeys(product_ids))
        if freshness is Freshness.STRONG or not wanted:
            return self._behind.get_many(wanted, freshness=freshness)
        copies = dict(zip(wanted, self._products.read(wanted), strict=True))
        missing = [pid for pid, copy in copies.items() if copy is None or not copy.fresh]
        try:
            read = self._behind.get_many(missing, freshness=freshness) if missing else {}
        except CatalogUnavailable:
            read, stale = {}, True
        else:
            self._fill({pid: read.get(pid) for pid in missing})
            stale = False
        found: dict[str, Product] = {}
        for pid, copy in copies.items():
            if pid in read:
                found[pid] = read[pid]
            elif copy and copy.value and (copy.fresh or stale):
                found[pid] = product_from(copy.value, stale=not copy.fresh)
        if stale and (unknown := frozenset(pid for pid, copy in copies.items() if copy is None)):
            # Leaving out what nobody remembers would claim that it is gone.
            raise SomeUnknown(found, unknown)
        return found

    def in_category(self, category: str, *, cursor: str | None = None, limit: int = PAGE_SIZE) -> CardPage:
        name = f"{category}:{limit}:{cursor or ''}"
        copy = self._pages.read([name])[0]
        if copy and copy.fresh:
            return _page_from(copy.value)
        try:
            page = self._behind.in_category(category, cursor=cursor, limit=limit)
        except CatalogUnavailable:
            if copy is None:
                raise
            return _page_from(copy.value, stale=True)
        # Deep pages are many and seldom asked for twice; only first ones are kept for a day.
        kept = LISTING_SECONDS if cursor else None
        self._pages.write({name: _page_record(page)}, kept_seconds=kept)
        return page

    def featured(self, *, limit: int) -> CardPage:
        copy = self._pages.read(["featured"])[0]
        if copy and copy.fresh:
            return CardPage(tuple(map(card_from, copy.value[:limit])), None)
        try:
            page = self._behind.featured(limit=FEATURED_LIMIT)
        except CatalogUnavailable:
            if copy is None:
                raise
            return CardPage(tuple(map(card_from, copy.value[:limit])), None, stale=True)
        self._pages.write({"featured": [card_record(card) for card in page.cards]})
        return CardPage(page.cards[:limit], None)

    def scan_segments(self, segment: int, total: int) -> Iterator[Product]:
        return self._behind.scan_segments(segment, total)

    # -- writes ------------------------------------------------------------------------------------------------

    def create(self, product: Product) -> Product:
        with self._doubted():
            return self._written(self._behind.create(product))

    def put(self, product: Product, *, expected_version: int, sold_out: Collection[str] = ()) -> Product:
        with self._doubted():
            return self._written(self._behind.put(product, expected_version=expected_version, sold_out=sold_out))

    def archive(self, product_id: str, *, expected_version: int, now: datetime) -> Product:
        with self._doubted():
            return self._written(self._behind.archive(product_id, expected_version=expected_version, now=now))

    def set_availability(self, product_id: str, sku: str, in_stock: bool) -> Product | None:
        product = self._behind.set_availability(product_id, sku, in_stock)
        return self._written(product) if product else None

    def set_rating(self, product_id: str, *, total: int, count: int) -> Product | None:
        product = self._behind.set_rating(product_id, total=total, count=count)
        return self._written(product) if product else None

    def remember(self, read: Iterable[Product]) -> None:
        records = {product.product_id: product_record(product) for product in read}
        for product_id in records:
            at_hand.forget(product_id)
        self._products.renew(records)

    def renew(self, found: Mapping[str, Product | None]) -> None:
        kept = {name for name, copy in zip(found, self._products.read(list(found)), strict=True) if copy}
        self.remember(product for name, product in found.items() if product and name in kept)
        for name in kept:
            if found[name] is None:
                self.forget(name)

    def forget(self, product_id: str) -> None:
        at_hand.forget(product_id)
        self._products.drop([product_id])

    @contextmanager
    def _doubted(self) -> Iterator[None]:
        """A copy of what may have been replaced answers no ordinary read any more."""
        try:
            yield
        except SaveDoubted as doubt:
            at_hand.forget(doubt.wanted.product_id)
            self._products.expire([doubt.wanted.product_id])
            raise

    def _written(self, product: Product) -> Product:
        self.remember([product])
        first_pages = [f"{path}:{PAGE_SIZE}:" for path in ancestors(product.category)]
        self._pages.expire([*first_pages, "featured"])
        return product

    def _fill(self, read: dict[str, Product | None]) -> None:
        for product_id in read:
            at_hand.forget(product_id)
        self._products.fill({pid: product_record(p) for pid, p in read.items() if p})
        unknown = {pid: None for pid, p in read.items() if p is None}
        self._products.fill(unknown, fresh_seconds=UNKNOWN_SECONDS, kept_seconds=UNKNOWN_SECONDS)


def _page_record(page: CardPage) -> list[object]:
    return [[card_record(card) for card in page.cards], page.next, page.previous]


def _page_from(record: list[object], *, stale: bool = False) -> CardPage:
    cards, following, previous = record
    page = CardPage(tuple(map(card_from, cards)), following, previous)  # type: ignore[call-overload,arg-type]
    return replace(page, stale=True) if stale else page
