"""Saving many at once: read what is there, write only what differs, a few writers side by side."""

from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice

from catalog import history
from catalog.domain import Freshness, InvalidProduct, Product, unstocked
from catalog.dynamo import reviews as dynamo_reviews
from catalog.dynamo.client import writer
from catalog.records import editorial_record, with_staff_words
from catalog.repository import ProductExists, SaveDoubted, VersionConflict, products
from catalog.reviews import Review
from shopcloud.lib.resilience import CircuitOpen, TierUnavailable

CHUNK = 200
WRITERS = 4
MEANWHILE = "somebody changed it meanwhile"
DOUBTED = "nobody knows yet whether it was changed"


@dataclass(frozen=True, slots=True)
class SaveCounts:
    """What became of the products of a bulk save. A conflict, told by its id, was saved by someone else meanwhile and
    left as it is.
    """

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    conflicts: tuple[str, ...] = ()

    def __add__(self, other: "SaveCounts") -> "SaveCounts":
        return SaveCounts(
            self.created + other.created,
            self.updated + other.updated,
            self.unchanged + other.unchanged,
            self.conflicts + other.conflicts,
        )

    @property
    def changed(self) -> int:
        return self.created + self.updated


def save_all(
    wanted: Iterable[Product], *, now: datetime, seen: Mapping[str, Product] | None = None
) -> Iterator[tuple[SaveCounts, list[Product], dict[str, set[str]], list[Product]]]:
    """Saves chunk by chunk; yields after each what was counted, what was written, which SKUs came without stock, by
    product, and what may have been written; then raises if one failed.

    `seen` are the products as the caller compared them: what was saved since then is a conflict, not overwritten.
    """
    rest = iter(wanted)
    with ThreadPoolExecutor(max_workers=WRITERS, thread_name_prefix="catalog-writer") as writers:
        while chunk := list(islice(rest, CHUNK)):
            stored = seen
            if stored is None:
                stored = products().get_many([p.product_id for p in chunk], freshness=Freshness.STRONG)
                chunk = [with_staff_words(p, stored[p.product_id]) if p.product_id in stored else p for p in chunk]
            replaced = {p.product_id for p in chunk if _replaces(p, stored.get(p.product_id))}
            sold_out = {p.product_id: unstocked(p, stored[p.product_id]) for p in chunk if p.product_id in replaced}
            # Kept before any of them is replaced.
            history.keep([stored[product_id] for product_id in replaced])
            saves = [writers.submit(_save, p, stored.get(p.product_id), sold_out.get(p.product_id), now) for p in chunk]
            wait(saves)
            results = [save.result() for save in saves if not save.exception()]
            written = [p for _counts, p in results if p]
            # What was written must be told even when the rest failed: the next try will find it unchanged.
            counted = sum((counts for counts, _product in results), SaveCounts())
            unstocked_skus = {p.product_id: sold_out.get(p.product_id, set()) for p in written}
            yield counted, written, unstocked_skus, _doubted(save.exception() for save in saves)
            for save in saves:
                save.result()


def edit_all(
    edited: Iterable[Product], *, now: datetime
) -> Iterator[tuple[list[Product], dict[str, str], list[Product]]]:
    """Saves each on top of the version it carries, chunk by chunk; yields what was written, by id why others were not,
    and what may have been written. One that cannot be saved never keeps another from it.
    """
    rest = iter(edited)
    with ThreadPoolExecutor(max_workers=WRITERS, thread_name_prefix="catalog-writer") as writers:
        while chunk := list(islice(rest, CHUNK)):
            try:
                stored = products().get_many([p.product_id for p in chunk], freshness=Freshness.STRONG)
            except (TierUnavailable, CircuitOpen) as outage:
                yield [], {p.product_id: str(outage) for p in chunk}, []
                continue
            same = [p for p in chunk if p.product_id in stored and stored[p.product_id].version == p.version]
            history.keep(stored[p.product_id] for p in same)
            tried = list(writers.map(_edit, same, [now] * len(same)))
            ids = {p.product_id for p in same}
            why = {p.product_id: MEANWHILE for p in chunk if p.product_id not in ids}
            why |= {p.product_id: reason for p, reason in zip(same, tried, strict=True) if isinstance(reason, str)}
            doubted = _doubted(tried)
            why |= {p.product_id: DOUBTED for p in doubted}
            yield [written for written in tried if isinstance(written, Product)], why, doubted


def _doubted(outcomes: Iterable[object]) -> list[Product]:
    return [outcome.wanted for outcome in outcomes if isinstance(outcome, SaveDoubted)]


def _edit(product: Product, now: datetime) -> Product | str | SaveDoubted:
    """What was written, or why nothing was."""
    try:
        return products().put(replace(product, updated_at=now), expected_version=product.version)
    except VersionConflict:
        return MEANWHILE
    except SaveDoubted as doubt:
        return doubt
    except (InvalidProduct, TierUnavailable, CircuitOpen) as error:
        return str(error)


def _replaces(product: Product, stored: Product | None) -> bool:
    return stored is not None and editorial_record(stored) != editorial_record(product)


def _save(
    product: Product, stored: Product | None, sold_out: set[str] | None, now: datetime
) -> tuple[SaveCounts, Product | None]:
    """`sold_out` is None where saving over `stored` would change nothing."""
    try:
        if stored is None:
            return SaveCounts(created=1), products().create(replace(product, created_at=now, updated_at=now))
        if sold_out is None:
            return SaveCounts(unchanged=1), None
        written = products().put(replace(product, updated_at=now), expected_version=stored.version, sold_out=sold_out)
    except (ProductExists, VersionConflict):
        return SaveCounts(conflicts=(product.product_id,)), None
    return SaveCounts(updated=1), written


def add_all(reviews: Iterable[Review]) -> dict[str, int]:
    """Add reviews, several products side by side; returns how many are new by product, none left out but zeros.

    The reviews of one product follow one another: side by side they would only wait for each other's transaction.
    """
    by_product: dict[str, list[Review]] = {}
    for review in reviews:
        by_product.setdefault(review.product_id, []).append(review)
    with ThreadPoolExecutor(max_workers=WRITERS, thread_name_prefix="catalog-writer") as writers:
        counts = writers.map(_add, by_product.values())
        return {product_id: added for product_id, added in zip(by_product, counts, strict=True) if added}


def _add(reviews: list[Review]) -> int:
    return sum(dynamo_reviews.add(writer(), review) for review in reviews)
