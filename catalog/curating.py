"""Keeping what staff chose to show. Each change is told, so that the kept pages follow."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from catalog.curated import MAX_PRODUCTS
from catalog.events import CollectionsChanged, FeaturedChanged
from catalog.models import Collection, CollectionItem, FeaturedProduct, FormerSlug
from shopcloud.lib import outbox, residency


def fingerprint_of(collection_id: int, *, lock: bool = False) -> str:
    """Of all that is kept of a collection and its products; with `lock`, it stays so until the transaction ends."""
    rows = Collection.objects.select_for_update() if lock else Collection.objects.all()
    kept = rows.filter(pk=collection_id).values().first()
    items = CollectionItem.objects.filter(collection=collection_id).order_by("position", "pk")
    return hashlib.sha256(repr((kept, list(items.values_list("product_id")))).encode()).hexdigest()


@residency.atomic_catalog()
def save_collection(*, collection: Collection) -> None:
    """Keep a collection. Its address before, if it was another, sends on to it."""
    before = Collection.objects.select_for_update().filter(pk=collection.pk).values_list("slug", flat=True).first()
    collection.save()
    if before and before != collection.slug:
        FormerSlug.objects.update_or_create(slug=before, defaults={"collection": collection})
    # An address that is somebody's own sends nobody on.
    FormerSlug.objects.filter(slug=collection.slug).delete()
    _tell([collection.slug, *([before] if before else [])])


@residency.atomic_catalog()
def arrange_products(*, collection: Collection, product_ids: Sequence[str]) -> None:
    """Let a collection hold these products in this order, each once."""
    wanted = list(dict.fromkeys(product_ids))[:MAX_PRODUCTS]
    # Two who arrange the same collection come one after the other.
    Collection.objects.select_for_update().get(pk=collection.pk)
    CollectionItem.objects.filter(collection=collection).delete()
    CollectionItem.objects.bulk_create(
        CollectionItem(collection=collection, product_id=product_id, position=place)
        for place, product_id in enumerate(wanted, start=1)
    )
    _tell([collection.slug])


@residency.atomic_catalog()
def delete_collections(*, collections: Iterable[Collection]) -> None:
    """Their addresses, now and before, lead nowhere from now on."""
    for collection in collections:
        slug = collection.slug
        collection.delete()
        _tell([slug])


@residency.atomic_catalog()
def save_featured(*, featured: FeaturedProduct) -> None:
    featured.save()
    outbox.record(FeaturedChanged(product_id=featured.product_id))


@dataclass(frozen=True, slots=True)
class Arranged:
    """What became of the rows of featured products."""

    added: list[FeaturedProduct]
    moved: list[FeaturedProduct]
    removed: list[FeaturedProduct]


@residency.atomic_catalog()
def arrange_featured(*, product_ids: Iterable[str], removed: Iterable[str] = ()) -> Arranged:
    """Let the home page begin with these products in this order, without those removed. Who stands there keeps the
    dates it has; who is not spoken of, because somebody else just added it, comes after the others.
    """
    with residency.connection().cursor() as cursor:
        # Two who arrange come one after the other, also where there is no row yet to lock.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('featured-products'))")
    rows = {row.product_id: row for row in FeaturedProduct.objects.select_for_update().order_by("position", "pk")}
    gone = [rows.pop(product_id) for product_id in dict.fromkeys(removed) if product_id in rows]
    wanted = list(dict.fromkeys([*product_ids, *rows]))
    new = [FeaturedProduct(product_id=product_id) for product_id in wanted if product_id not in rows]
    moved = []
    for place, row in enumerate(({**rows, **{row.product_id: row for row in new}}[p] for p in wanted), start=1):
        moved += [row] if row.pk and row.position != place else []
        row.position = place
    FeaturedProduct.objects.filter(pk__in=[row.pk for row in gone]).delete()
    FeaturedProduct.objects.bulk_create(new, ignore_conflicts=True)
    FeaturedProduct.objects.bulk_update(moved, ["position"])
    outbox.record(*(FeaturedChanged(product_id=row.product_id) for row in [*new, *moved, *gone][:1]))
    return Arranged(new, moved, gone)


@residency.atomic_catalog()
def delete_featured(*, featured: Iterable[FeaturedProduct]) -> None:
    for row in featured:
        outbox.record(FeaturedChanged(product_id=row.product_id))
        row.delete()


def _tell(slugs: Iterable[str]) -> None:
    outbox.record(CollectionsChanged(slugs=list(dict.fromkeys(slugs))))


@residency.atomic_catalog()
def open_collections(*, collections: Iterable[tuple[Collection, Sequence[str]]]) -> int:
    """Make the collections whose address nobody has or had, with these products; returns how many were made."""
    made = 0
    for collection, product_ids in collections:
        slug = collection.slug
        if Collection.objects.filter(slug=slug).exists() or FormerSlug.objects.filter(slug=slug).exists():
            continue
        save_collection(collection=collection)
        arrange_products(collection=collection, product_ids=product_ids)
        made += 1
    return made
