"""Where products are kept: what every repository promises, and the one this process uses."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from functools import cache
from typing import Protocol

from catalog.domain import CardPage, Freshness, Product
from shopcloud.lib.resilience import TierUnavailable

PAGE_SIZE = 24
MAX_PAGE_SIZE = 100


class CatalogUnavailable(TierUnavailable):
    """DynamoDB does not answer. Pages go on from last-known copies; what needs the truth has to wait."""

    def __init__(self, reason: str = "") -> None:
        super().__init__(reason or "The catalog does not answer. Nothing was changed; please try again in a moment.")


class AnswerLost(CatalogUnavailable):
    """A write was sent and got no answer: it may have been carried out."""


class SaveDoubted(AnswerLost):
    """As that, of the product `wanted`, with the version it has if it was stored."""

    def __init__(self, wanted: Product) -> None:
        self.wanted = wanted
        super().__init__(
            "The catalog gave no answer: this may have been saved. Look at the product in a moment, then try again."
        )


class SomeUnknown(CatalogUnavailable):
    """Of the products that were asked for only `found` are known; of `unknown` nobody remembers anything."""

    def __init__(self, found: dict[str, Product], unknown: frozenset[str]) -> None:
        self.found, self.unknown = found, unknown
        super().__init__()


class VersionConflict(Exception):
    """Somebody else saved the product first, or it does not exist. `actual` is the version there is now, if any."""

    def __init__(self, product_id: str, *, expected: int, actual: int | None) -> None:
        self.product_id, self.expected, self.actual = product_id, expected, actual
        if actual is None:
            super().__init__(f"Product {product_id} does not exist. Create it instead of saving it.")
        else:
            super().__init__(
                f"Product {product_id} was changed by someone else (version {actual}, yours was {expected}). "
                "Load it again, make your change once more and save."
            )


class ProductExists(Exception):
    """A product with this id exists already: save it instead of creating it."""

    def __init__(self, product_id: str) -> None:
        self.product_id = product_id
        super().__init__(f"Product {product_id} exists already. Save it instead of creating it.")


class BadCursor(ValueError):
    """A cursor is broken or belongs to another listing: start from its first page."""

    def __init__(self, reason: str = "") -> None:
        super().__init__(reason or "This page link is broken or of another list. Start again from the first page.")


class ProductRepository(Protocol):
    """Every method raises CatalogUnavailable when it can give no true answer in time (a second or two at most).

    `create`, `put` and `archive` raise SaveDoubted where it is not known what became of the product.
    """

    def get(self, product_id: str, *, freshness: Freshness) -> Product | None: ...

    def get_many(self, product_ids: Iterable[str], *, freshness: Freshness) -> dict[str, Product]:
        """In the order asked for; unknown ids are absent."""

    def in_category(self, category: str, *, cursor: str | None = None, limit: int = PAGE_SIZE) -> CardPage:
        """Active products of a category and all below it, by rank. Raises BadCursor."""

    def featured(self, *, limit: int) -> CardPage:
        """Active products that stand on the home page, by rank; their first and only page."""

    def create(self, product: Product) -> Product:
        """Store a new product as version 1. Raises ProductExists."""

    def put(self, product: Product, *, expected_version: int, sold_out: Collection[str] = ()) -> Product:
        """Replace what staff edit; rating, availability and `created_at` stay as stored, except that the SKUs in
        `sold_out` cannot be bought from now on. Raises VersionConflict."""

    def archive(self, product_id: str, *, expected_version: int, now: datetime) -> Product:
        """Take the product out of every listing; its page says it is gone. Raises VersionConflict."""

    def set_availability(self, product_id: str, sku: str, in_stock: bool) -> Product | None:
        """Keep whether a SKU can be bought; leaves the version. None when there is no such product."""

    def set_rating(self, product_id: str, *, total: int, count: int) -> Product | None:
        """Set the sum of stars and the number of reviews; leaves the version. None when there is no such product."""

    def scan_segments(self, segment: int, total: int) -> Iterator[Product]:
        """Every product of one of `total` equal parts. For making the search index anew, never for a page."""

    def remember(self, read: Iterable[Product]) -> None:
        """Renew any copies that are kept nearer than DynamoDB by what was just read strongly."""

    def renew(self, found: Mapping[str, Product | None]) -> None:
        """Take what a strong read found into the copies that are kept nearer than DynamoDB, where there are any: it may
        have been saved in another region."""

    def forget(self, product_id: str) -> None:
        """Drop any copy of the product that is kept nearer than DynamoDB."""


@cache
def products() -> ProductRepository:
    """This process's repository: DynamoDB, through DAX where there is one, behind the item cache in Redis."""
    from catalog.cache import CachedProducts
    from catalog.dynamo.client import dax, writer
    from catalog.dynamo.products import DynamoProducts

    return CachedProducts(DynamoProducts(writer(), dax=dax()))
