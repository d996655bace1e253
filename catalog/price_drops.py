"""Which of the products that were just saved cost less than before: told once a save, with both prices.

What one cost before is the lowest price it was on sale for in the 30 days before, as the law of the EU has it: a rise
that is taken back is no drop.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import timedelta
from functools import reduce
from operator import or_

from django.db.models import F, Q, Window
from django.db.models.functions import Lead

from catalog.domain import Product
from catalog.events import PriceLowered
from catalog.models import ProductVersion
from catalog.records import product_from

# Currency -> what it was and what it is now, in minor units.
Drops = dict[str, list[int]]
BEFORE = timedelta(days=30)


def drops_of(saved: Iterable[Product]) -> list[PriceLowered]:
    """The events of those on sale that became cheaper. One query reads the versions right before; only of what costs
    less than those did another reads the earlier ones.
    """
    now = {(p.product_id, p.version - 1): p for p in saved if p.is_active and p.version > 1}
    if not now:
        return []
    wanted = reduce(or_, (Q(product_id=product_id, version=version) for product_id, version in now))
    rows = ProductVersion.objects.filter(wanted).order_by("product_id")
    pairs = [(product_from(row.record), now[row.product_id, row.version]) for row in rows]
    cheaper = [after for before, after in pairs if _event([before], after)]
    sold = _sold_before(cheaper) if cheaper else {}
    events = (_event(sold[product.product_id], product) for product in cheaper)
    return [event for event in events if event is not None]


def _sold_before(products: list[Product]) -> dict[str, list[Product]]:
    """By id, the earlier versions that were on sale at some time in the 30 days before."""
    found: dict[str, list[Product]] = defaultdict(list)
    current = {product.product_id: product for product in products}
    # A version stood until the next one was saved, which an import keeps only when that is replaced in its turn.
    until = Window(Lead("saved_at"), partition_by=F("product_id"), order_by="version")
    since = min(product.updated_at for product in products) - BEFORE
    rows = ProductVersion.objects.filter(product_id__in=current).annotate(until=until)
    for row in rows.filter(Q(until=None) | Q(until__gt=since)):
        before, after = product_from(row.record), current[row.product_id]
        if before.is_active and before.version < after.version:
            found[row.product_id].append(before)
    return found


def _event(earlier: list[Product], after: Product) -> PriceLowered | None:
    was = {v.sku: _least(_prices(before, v.sku) for before in earlier) for v in after.variants}
    skus = {v.sku: _lower(was[v.sku], dict(v.prices)) for v in after.variants}
    skus = {sku: drops for sku, drops in skus.items() if drops}
    if not skus:
        return None
    return PriceLowered(
        product_id=after.product_id,
        slug=after.slug,
        titles=titles_of(after),
        skus=skus,
        lowest=_lower(_least(map(_lowest, earlier)), _lowest(after)),
        day=after.updated_at.date().isoformat(),
    )


def titles_of(product: Product) -> dict[str, str]:
    """A product's title by language."""
    said = {language: texts["title"] for language, texts in product.translations.items() if texts.get("title")}
    return {"en": product.title, **said}


def _lower(was: dict[str, int], now: dict[str, int]) -> Drops:
    return {name: [was[name], amount] for name, amount in now.items() if name in was and amount < was[name]}


def _prices(product: Product, sku: str) -> dict[str, int]:
    variant = product.variant(sku)
    return dict(variant.prices) if variant else {}


def _lowest(product: Product) -> dict[str, int]:
    return _least(variant.prices for variant in product.variants)


def _least(prices: Iterable[Mapping[str, int]]) -> dict[str, int]:
    """Of each currency the lowest amount."""
    found: dict[str, int] = {}
    for told in prices:
        for name, amount in told.items():
            found[name] = min(amount, found.get(name, amount))
    return found
