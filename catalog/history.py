"""Earlier versions of products: kept before a write replaces them, the newest KEPT of each product, and those that
stood at some time in the 30 days before, of which price drops ask. Of a product that is saved more than MOST times in
those days, prices are remembered for as long as MOST versions go back.

A version never changes once written, so keeping it twice is harmless, and keeping it before a write that is then
refused is true all the same.
"""

from collections.abc import Iterable
from functools import reduce
from operator import or_
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from catalog.domain import Product
from catalog.models import ProductVersion
from catalog.price_drops import BEFORE
from catalog.records import product_from, product_record

KEPT = 50
# Eight saves a day: each drop reads them all.
MOST = 240


def keep(products: Iterable[Product], *, author: int | None = None, edit: UUID | None = None) -> None:
    """Keep each product as it is, in two statements at most. Where the version is kept already, who wrote it is named
    if that was unknown.
    """
    rows = [
        ProductVersion(
            product_id=p.product_id,
            version=p.version,
            record=product_record(p),
            author_id=author,
            saved_at=p.updated_at,
            edit=edit,
        )
        # In one order: two at once that share products would deadlock otherwise.
        for p in sorted(products, key=lambda p: p.product_id)
    ]
    if author is None and edit is None:
        ProductVersion.objects.bulk_create(rows, ignore_conflicts=True)
    else:
        ProductVersion.objects.bulk_create(
            rows, update_conflicts=True, unique_fields=["product_id", "version"], update_fields=["author", "edit"]
        )
    _forget_outlived([row for row in rows if row.version > KEPT])


def _forget_outlived(kept: list[ProductVersion]) -> None:
    if not kept:
        return
    since = min(row.saved_at for row in kept) - BEFORE
    later = ProductVersion.objects.filter(product_id=OuterRef("product_id"), version__gt=OuterRef("version"))
    # A version stands until the next one is saved.
    ended = Exists(later.filter(saved_at__lte=since))
    outlived = (
        Q(product_id=row.product_id, version__lte=row.version - KEPT) & (ended | Q(version__lte=row.version - MOST))
        for row in kept
    )
    ProductVersion.objects.filter(reduce(or_, outlived)).delete()


def version_of(product_id: str, version: int) -> Product | None:
    """The product as that version was; None where it is not kept."""
    row = ProductVersion.objects.filter(product_id=product_id, version=version).first()
    return product_from(row.record) if row else None


def versions_of(product_id: str, *, after: int = 0) -> list[ProductVersion]:
    """What is kept of a product, newest first, with the authors; only the versions later than `after`."""
    rows = ProductVersion.objects.filter(product_id=product_id, version__gt=after).select_related("author")
    return list(rows.order_by("-version")[:KEPT])


def versions_by_edit(edit: UUID) -> list[tuple[ProductVersion, Product | None]]:
    """What a bulk edit wrote, each with the product as it was before, None where that is not kept; in two queries."""
    rows = list(ProductVersion.objects.filter(edit=edit).select_related("author").order_by("product_id"))
    if not rows:
        return []
    wanted = reduce(or_, (Q(product_id=row.product_id, version=row.version - 1) for row in rows))
    before = {row.product_id: product_from(row.record) for row in ProductVersion.objects.filter(wanted)}
    return [(row, before.get(row.product_id)) for row in rows]
