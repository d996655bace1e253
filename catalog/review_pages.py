"""Reviews as product pages read them: the first page from the cache, later ones from DynamoDB."""

from dataclasses import replace

from catalog.copies import Copies
from catalog.domain import PRODUCT_ID
from catalog.dynamo import review_orders as dynamo
from catalog.dynamo import star_counts
from catalog.dynamo.client import writer
from catalog.repository import CatalogUnavailable
from catalog.reviews import PLAIN, ReviewOrder, ReviewPage

PAGE_SIZE = 10
_first_pages = Copies("reviews-voted", fresh_seconds=60)


def read(product_id: str, *, cursor: str | None, limit: int, order: ReviewOrder = PLAIN) -> ReviewPage:
    """Raises BadCursor, CatalogUnavailable. A first page of the newest that was read before needs no store."""
    if not PRODUCT_ID.fullmatch(product_id):
        return ReviewPage((), None)
    if cursor or limit != PAGE_SIZE:
        return dynamo.page(writer(), product_id, cursor=cursor, limit=limit, order=order)
    if not order.is_plain:
        page = dynamo.page(writer(), product_id, cursor=None, limit=limit, order=order)
        return replace(page, stars=star_counts.read(writer(), product_id))
    copy = _first_pages.read([product_id])[0]
    if copy and copy.fresh:
        return dynamo.page_from(copy.value)
    try:
        page = dynamo.page(writer(), product_id, cursor=None, limit=limit)
        if page.reviews:
            page = replace(page, stars=star_counts.read(writer(), product_id))
    except CatalogUnavailable:
        if copy is None:
            raise
        return dynamo.page_from(copy.value, stale=True)
    _first_pages.write({product_id: dynamo.page_record(page)})
    return page


def expire(product_id: str) -> None:
    """The product has a new review."""
    _first_pages.expire([product_id])


def forget(product_id: str) -> None:
    """Keep no copy, not even for an outage: somebody asked to be forgotten."""
    _first_pages.drop([product_id])
