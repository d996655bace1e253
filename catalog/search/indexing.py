"""Keeping the index equal to the catalog: some products after a change, or all of them from scratch."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from itertools import islice
from queue import Full, Queue
from threading import Event

from django.conf import settings

from catalog.domain import Freshness, Product
from catalog.product_types import TYPES
from catalog.repository import products
from catalog.search import waiting
from catalog.search.index import search_index

CHUNK = 500
TOLD_EVERY = 1_000
_WAIT_SECONDS = 0.2

Found = Product | BaseException | None


def index(product_ids: Iterable[str]) -> None:
    """Show the index what DynamoDB holds now; products that are gone leave it. May be repeated without harm.

    Where there is no index, it is made from the whole catalog: one of a few products would hide all others.
    Raises CatalogUnavailable, SearchUnavailable or SnapshotUnavailable, perhaps after some of the products.
    """
    TYPES.forget()
    if heal():
        return
    rest = iter(dict.fromkeys(product_ids))
    while chunk := list(islice(rest, CHUNK)):
        stored = products().get_many(chunk, freshness=Freshness.STRONG)
        products().renew({product_id: stored.get(product_id) for product_id in chunk})
        if stored:
            search_index().update(stored.values())
        gone = [product_id for product_id in chunk if product_id not in stored]
        if gone:
            search_index().delete(gone)


def index_waiting() -> None:
    """Show the index those that wait longest, in one commit. Raises as `index` does, and redis.Unavailable."""
    if taken := waiting.take(CHUNK):
        index(product_id.decode() for product_id, _since in taken)
        waiting.settle(taken)


def index_everything(progress: Callable[[int], None] = lambda _read: None) -> int:
    """Make the index anew beside the live one; returns how many products it holds. Raises as `index` does.

    `progress` hears how many products were read, after each thousand.
    """
    TYPES.forget()
    return search_index().rebuild(_told(every_product(settings.DYNAMODB_SCAN_SEGMENTS), progress))


def heal() -> bool:
    """Make the index anew if it is missing or broken; returns whether it was. Raises as `index` does."""
    if search_index().is_whole():
        return False
    index_everything()
    return True


def every_product(segments: int) -> Iterator[Product]:
    """The whole catalog, in parts read side by side; the first failure of any part is raised."""
    found: Queue[Found] = Queue(maxsize=1000)
    stop = Event()
    with ThreadPoolExecutor(max_workers=segments, thread_name_prefix="catalog-scan") as readers:
        for segment in range(segments):
            readers.submit(_read, segment, segments, found, stop)
        try:
            yield from _drained(found, segments)
        finally:
            stop.set()


def _told(found: Iterable[Product], progress: Callable[[int], None]) -> Iterator[Product]:
    for number, product in enumerate(found, start=1):
        yield product
        if number % TOLD_EVERY == 0:
            progress(number)


def _drained(found: "Queue[Found]", readers: int) -> Iterator[Product]:
    while readers:
        item = found.get()
        if isinstance(item, BaseException):
            raise item
        if item is None:
            readers -= 1
        else:
            yield item


def _read(segment: int, total: int, found: "Queue[Found]", stop: Event) -> None:
    try:
        for product in products().scan_segments(segment, total):
            if not _put(found, product, stop):
                return
    except Exception as error:  # handed to the thread that waits, which raises it
        _put(found, error, stop)
    else:
        _put(found, None, stop)


def _put(found: "Queue[Found]", item: Found, stop: Event) -> bool:
    """False when nobody listens any more."""
    while not stop.is_set():
        with suppress(Full):
            found.put(item, timeout=_WAIT_SECONDS)
            return True
    return False
