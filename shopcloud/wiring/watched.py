"""Tells people what became of the products on their wishlists: many in one statement, of a product once a day."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from accounts.notifications import writing
from accounts.notifications.words import Kind
from catalog import queries as catalog
from catalog.domain import Freshness, Product, Variant
from catalog.events import PriceLowered
from catalog.price_drops import titles_of
from orders.events import AvailabilityChanged
from orders.wishes.watchers import waiting, watchers

CHUNK = 1000


def watch_price(event: PriceLowered) -> None:
    from shopcloud.wiring.tasks import tell_of_price_drop

    tell_of_price_drop.delay(told=event.payload())


def watch_stock(event: AvailabilityChanged) -> None:
    from shopcloud.wiring.tasks import tell_of_return_to_stock

    if event.in_stock:
        tell_of_return_to_stock.delay(product_id=event.product_id, sku=event.sku, at=event.at)


def tell_of_price_drop(event: PriceLowered, *, now: datetime) -> int:
    """Tell those who chose a SKU that costs less in their currency, and those who chose none if its lowest price fell;
    how many.
    """
    facts = {"titles": event.titles, "slug": event.slug, "product": event.product_id}
    key, told = f"{Kind.PRICE_DROP}:{event.product_id}:{event.day}", 0
    for sku, by_currency in watchers(event.product_id).items():
        prices = event.skus.get(sku, {}) if sku else event.lowest
        people = [person for currency in prices for person in by_currency.get(currency, ())]
        told += _tell(sorted(people), Kind.PRICE_DROP, key=key, facts={**facts, "prices": prices}, now=now)
    return told


def tell_of_return_to_stock(*, product_id: str, sku: str, at: str, now: datetime) -> int:
    """Tell those who wait for this SKU, and of those in whose currency it has a price who chose it, or chose none if
    all others are sold out; how many.
    """
    product = catalog.products_by_id([product_id], freshness=Freshness.CACHED).get(product_id)
    variant = product.variant(sku) if product else None
    if product is None or variant is None or not product.is_active:
        return 0
    facts = {"titles": titles_of(product), "slug": product.slug, "product": product_id}
    key = f"{Kind.BACK_IN_STOCK}:{product_id}:{(at or now.isoformat())[:10]}"
    told: dict[str, Any] = {"key": key, "facts": facts, "now": now}
    # First those who asked for a mail: they get that one, and none for their wishlist.
    asked = _tell(waiting(sku, at=at), Kind.BACK_IN_STOCK, **told, mail=False)
    return asked + _tell(_watching(product, variant), Kind.BACK_IN_STOCK, **told)


def _watching(product: Product, back: Variant) -> list[int]:
    by_sku = watchers(product.product_id)
    people: list[int] = []
    for currency in back.prices:
        others = (v for v in product.variants if v.sku != back.sku and currency in v.prices)
        people += by_sku.get(back.sku, {}).get(currency, ())
        people += () if any(v.in_stock for v in others) else by_sku.get("", {}).get(currency, ())
    return sorted(people)


def _tell(
    people: Iterable[int], kind: Kind, *, key: str, facts: Mapping[str, Any], now: datetime, mail: bool = True
) -> int:
    everybody, told = list(people), 0
    for start in range(0, len(everybody), CHUNK):
        chunk = everybody[start : start + CHUNK]
        told += len(writing.tell(people=chunk, kind=kind, key=key, facts=facts, now=now, mail=mail))
    return told
