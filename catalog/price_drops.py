"""Which of the products that were just saved cost less than before: told once a save, with both prices."""

from collections.abc import Iterable
from functools import reduce
from operator import or_

from django.db.models import Q

from catalog.domain import Product
from catalog.events import PriceLowered
from catalog.models import ProductVersion
from catalog.records import product_from

# Currency -> what it was and what it is now, in minor units.
Drops = dict[str, list[int]]


def drops_of(saved: Iterable[Product]) -> list[PriceLowered]:
    """The events of those on sale that became cheaper, from the versions before, which one query reads."""
    now = {(p.product_id, p.version - 1): p for p in saved if p.is_active and p.version > 1}
    if not now:
        return []
    wanted = reduce(or_, (Q(product_id=product_id, version=version) for product_id, version in now))
    rows = ProductVersion.objects.filter(wanted).order_by("product_id")
    events = (_event(product_from(row.record), now[row.product_id, row.version]) for row in rows)
    return [event for event in events if event is not None]


def _event(before: Product, after: Product) -> PriceLowered | None:
    skus = {v.sku: _lower(_prices(before, v.sku), dict(v.prices)) for v in after.variants}
    skus = {sku: drops for sku, drops in skus.items() if drops}
    if not skus:
        return None
    return PriceLowered(
        product_id=after.product_id,
        slug=after.slug,
        titles=titles_of(after),
        skus=skus,
        lowest=_lower(_lowest(before), _lowest(after)),
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
    found: dict[str, int] = {}
    for variant in product.variants:
        for name, amount in variant.prices.items():
            found[name] = min(amount, found.get(name, amount))
    return found
