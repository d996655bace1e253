"""Writes of the catalog. Each records what changed, so that the search index and the kept pages follow.

DynamoDB and the outbox share no transaction: the product is written first, then told. Where telling fails the caller
hears of it, and `reindex_catalog` makes the index equal to the catalog again. What DynamoDB gave no answer to is looked
up later, and told if it was written.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from catalog import categories as category_tree
from catalog import history, review_pages
from catalog.bulk import MEANWHILE, add_all, edit_all, save_all
from catalog.bulk import SaveCounts as SaveCounts
from catalog.category_edits import CategoryHasProducts as CategoryHasProducts
from catalog.category_moves import CategoryRefused as CategoryRefused
from catalog.domain import Category, Freshness, InvalidProduct, Product, Status, unstocked
from catalog.dynamo import reviews as dynamo_reviews
from catalog.dynamo.client import writer
from catalog.dynamo.loading import write_products
from catalog.dynamo.tables import create_missing, drop
from catalog.events import ProductChanged, SaveUnanswered, VariantsAdded
from catalog.price_drops import drops_of
from catalog.queries import ProductNotFound
from catalog.repository import CatalogUnavailable, SaveDoubted, VersionConflict, products
from catalog.review_desk import answer_review as answer_review
from catalog.review_desk import claim_reviews as claim_reviews
from catalog.review_desk import count_stars as count_stars
from catalog.review_desk import forget_reviewer as forget_reviewer
from catalog.review_desk import place_reviews as place_reviews
from catalog.review_desk import reply_to_review as reply_to_review
from catalog.review_desk import say_review as say_review
from catalog.review_desk import withdraw_review as withdraw_review
from catalog.reviews import MAX_AUTHOR as MAX_AUTHOR
from catalog.reviews import MAX_BODY as MAX_BODY
from catalog.reviews import MAX_TITLE as MAX_TITLE
from catalog.reviews import Review
from catalog.reviews import ReviewMoved as ReviewMoved
from catalog.reviews import ReviewStatus as ReviewStatus
from catalog.reviews import SpokenReview as SpokenReview
from shopcloud.lib import aws, clock, outbox, residency

RECORDED_AT_ONCE = 500


def create_stores() -> None:
    """Make the tables that are missing and wait until they can be used."""
    create_missing(aws.dynamodb())


def drop_stores(*, prefix: str) -> None:
    """Delete the tables of a scratch place, which share its `prefix`. Raises ValueError for any other prefix."""
    if not prefix.startswith("scratch-"):
        raise ValueError(f"Tables called {prefix}... are not dropped: only a scratch place may be.")
    drop(aws.dynamodb(), prefix=prefix)


def create_product(*, product: Product, now: datetime, author: int | None = None) -> Product:
    """Raises ProductExists, InvalidProduct, CatalogUnavailable."""
    check_sellable(product)
    with _doubt_kept(author):
        made = products().create(replace(product, created_at=now, updated_at=now))
    return _changed(made, author, [variant.sku for variant in made.variants if not variant.in_stock])


def save_product(*, product: Product, expected_version: int, now: datetime, author: int | None = None) -> Product:
    """Replace what staff edit, keeping what was. Raises VersionConflict, InvalidProduct, CatalogUnavailable."""
    check_sellable(product)
    # Kept before it is replaced: no later failure can lose it.
    current = _keep_current(product.product_id, expected_version)
    sold_out = unstocked(product, current) if current else set()
    with _doubt_kept(author):
        saved = products().put(replace(product, updated_at=now), expected_version=expected_version, sold_out=sold_out)
    return _changed(saved, author, sold_out)


def publish_product(*, product_id: str, expected_version: int, now: datetime, author: int | None = None) -> Product:
    """Put a draft or archived product on sale. Raises VersionConflict, InvalidProduct, CatalogUnavailable."""
    product = products().get(product_id, freshness=Freshness.STRONG)
    if product is None:
        raise VersionConflict(product_id, expected=expected_version, actual=None)
    active = replace(product, status=Status.ACTIVE)
    return save_product(product=active, expected_version=expected_version, now=now, author=author)


def archive_product(*, product_id: str, expected_version: int, now: datetime, author: int | None = None) -> Product:
    """Take a product off sale for good; the version before is kept. Raises VersionConflict, CatalogUnavailable."""
    _keep_current(product_id, expected_version)
    with _doubt_kept(author):
        archived = products().archive(product_id, expected_version=expected_version, now=now)
    return _changed(archived, author)


def save_products(
    *, products: Iterable[Product], now: datetime, seen: Mapping[str, Product] | None = None
) -> SaveCounts:
    """Create or save many; those that would not change are left alone. Raises CatalogUnavailable half-way, after
    which the same call goes on where it stopped. `seen`: what they were compared with; a later save is a conflict.
    """
    counts = SaveCounts()
    for chunk, saved, sold_out, doubted in save_all(products, now=now, seen=seen):
        counts += chunk
        _record_saved(saved)
        _record_unstocked(sold_out)
        _record_doubted(doubted)
    return counts


def edit_products(
    *, products: Iterable[Product], now: datetime, author: int | None, edit: UUID
) -> tuple[list[Product], dict[str, str]]:
    """Save each on top of the version it carries, all as one `edit` of the history. Gives what was saved and, by id,
    why the others were not: changed meanwhile, invalid, or no answer; DOUBTED where it is settled later.
    """
    saved: list[Product] = []
    refused: dict[str, str] = {}
    sellable: list[Product] = []
    for product in products:
        try:
            check_sellable(product)
            sellable.append(product)
        except InvalidProduct as error:
            refused[product.product_id] = str(error)
    for written, why, doubted in edit_all(sellable, now=now):
        with residency.atomic_catalog():
            history.keep(written, author=author, edit=edit)
            _record_saved(written)
            _record_doubted(doubted, author, edit)
        saved += written
        refused |= why
    return saved, refused


def refile_products(*, products: Iterable[Product], now: datetime) -> list[Product]:
    """Save products that stand in another category now, each on top of the version it carries; gives what was saved.
    What somebody else saved meanwhile is left alone. Raises CatalogUnavailable where it did not answer, after some.

    `tell_of_refiled` has to follow: who moves many says so together with what is noted of the move.
    """
    saved: list[Product] = []
    for written, why, _doubted in edit_all(products, now=now):
        saved += written
        other = set(why.values()) - {MEANWHILE}
        if other:
            raise CatalogUnavailable(min(other))
    return saved


def tell_of_refiled(*, products: Iterable[Product], author: int | None) -> None:
    moved = list(products)
    history.keep(moved, author=author)
    _record(moved)


def load_products(*, products: list[Product]) -> None:
    """Store products whole, over whatever has their ids, and tell nobody: for filling a shop that is not open yet.

    `reindex_catalog` makes them findable. Raises CatalogUnavailable half-way, after which the same call may run again.
    """
    write_products(writer(), products)


def tell_of_products(*, products: Iterable[Product], written: Iterable[Product] = ()) -> None:
    """Tell of products, as they are stored, again where a process died between writing and telling. Those that it wrote
    (`written`) may have got SKUs or become cheaper by it.
    """
    _record(list(products))
    again = list(written)
    # Which SKUs came with that save nobody knows any more; to look for the stock of one twice does no harm.
    _record_unstocked({p.product_id: [v.sku for v in p.variants if not v.in_stock] for p in again})
    _record_cheaper(again)


def tell_of_variants(*, added: Mapping[str, Collection[str]]) -> None:
    """Tell that products have these SKUs now, which others had: their stock comes along."""
    _record_unstocked(added)


def renew_copies(*, read: Iterable[Product]) -> None:
    """Let cached reads answer with products that were just read strongly: they may hold older ones for a minute."""
    products().remember(read)


def settle_save(
    *,
    product_id: str,
    version: int,
    saved_at: datetime,
    author: int | None = None,
    edit: UUID | None = None,
    may_come: bool = False,
) -> None:
    """Tell of a save that got no answer, if it was carried out. May run twice. Raises CatalogUnavailable, also where it
    was not carried out yet and still `may_come`.
    """
    product = products().get(product_id, freshness=Freshness.STRONG)
    if product and (product.version, product.updated_at) == (version, saved_at):
        _changed(product, author, _brought(product), edit)
    elif may_come and (product.version if product else 0) < version:
        raise CatalogUnavailable("What was saved without an answer is not there, and may still come.")


def tell_of_save(*, product: Product, author: int | None) -> bool:
    """Tell of the save that made a product what it is. False where that was told already: then it is in the history."""
    if history.version_of(product.product_id, product.version):
        return False
    _changed(product, author, _brought(product))
    return True


def save_categories(*, categories: Iterable[Category]) -> int:
    """Add or replace categories; returns how many were new or different. Raises CatalogUnavailable."""
    return category_tree.save(categories)


def add_categories(*, categories: Iterable[Category]) -> None:
    """Make those that are not there; what is there stays as it is. Raises CatalogUnavailable."""
    category_tree.add(categories)


def mark_availability(*, product_id: str, sku: str, in_stock: bool) -> None:
    """Keep whether a SKU can be bought. A product that is gone is no error: the news may come late or twice."""
    product = products().set_availability(product_id, sku, in_stock)
    if product:
        _record([product])


def add_review(*, review: Review) -> bool:
    """Publish a review and count it in the product's rating; the same `review_id` counts once, however often it comes.

    False when it was there already. Raises ProductNotFound, CatalogUnavailable.
    """
    added = dynamo_reviews.add(writer(), review)
    product = products().get(review.product_id, freshness=Freshness.STRONG)
    if product is None:
        raise ProductNotFound(review.product_id)
    if added:
        review_pages.expire(product.product_id)
        _record([product])
    return added


def add_reviews(*, reviews: Iterable[Review]) -> int:
    """Publish many; returns how many are new. Those of unknown products are left out. Raises CatalogUnavailable."""
    added = add_all(reviews)
    changed = products().get_many(added, freshness=Freshness.STRONG)
    products().remember(changed.values())
    for product_id in changed:
        review_pages.expire(product_id)
    _record(list(changed.values()))
    return sum(added.values())


def check_sellable(product: Product) -> None:
    """Raises InvalidProduct for what must not be on sale as it is."""
    if product.is_active and not any(variant.prices for variant in product.variants):
        raise InvalidProduct({"price": "an active product needs a price; set one or keep it as a draft"})


def _keep_current(product_id: str, version: int) -> Product | None:
    """The product as it is, None where that is not this version."""
    current = products().get(product_id, freshness=Freshness.STRONG)
    if current is None or current.version != version:
        return None
    history.keep([current])
    return current


def _brought(saved: Product) -> Collection[str]:
    """The SKUs without stock that its last save brought."""
    before = history.version_of(saved.product_id, saved.version - 1)
    return unstocked(saved, before) if before else [v.sku for v in saved.variants if not v.in_stock]


@contextmanager
def _doubt_kept(author: int | None) -> Iterator[None]:
    try:
        yield
    except SaveDoubted as doubt:
        with residency.atomic_catalog():
            _record_doubted([doubt.wanted], author)
        raise


def _record_doubted(wanted: list[Product], author: int | None = None, edit: UUID | None = None) -> None:
    part_of, asked_at = str(edit or ""), clock.now().isoformat()
    events = [
        SaveUnanswered(
            product_id=p.product_id,
            version=p.version,
            saved_at=p.updated_at.isoformat(),
            author=author,
            edit=part_of,
            asked_at=asked_at,
        )
        for p in wanted
    ]
    if events:
        outbox.record(*events)


def _changed(product: Product, author: int | None, sold_out: Collection[str] = (), edit: UUID | None = None) -> Product:
    with residency.atomic_catalog():
        history.keep([product], author=author, edit=edit)
        _record_saved([product])
        _record_unstocked({product.product_id: sold_out})
    return product


def _record_saved(saved: list[Product]) -> None:
    """As `_record`, and of each that became cheaper also that."""
    _record(saved)
    _record_cheaper(saved)


def _record_cheaper(saved: Iterable[Product]) -> None:
    cheaper = drops_of(saved)
    if cheaper:
        outbox.record(*cheaper)


def _record_unstocked(by_product: Mapping[str, Collection[str]]) -> None:
    added = [VariantsAdded(product_id=product_id, skus=sorted(skus)) for product_id, skus in by_product.items() if skus]
    if added:
        outbox.record(*added)


def _record(changed: list[Product]) -> None:
    for start in range(0, len(changed), RECORDED_AT_ONCE):
        chunk = changed[start : start + RECORDED_AT_ONCE]
        outbox.record(*(ProductChanged(product_id=p.product_id, slug=p.slug) for p in chunk))
