"""What is often bought with a product, as a page offers it: all of it can be had now, for one sum."""

from collections.abc import Sequence
from dataclasses import dataclass

from catalog import queries as catalog
from catalog.domain import Freshness, Image, Product, Variant
from orders.models import BoughtTogether
from shopcloud.lib.market import Market
from shopcloud.lib.money import Money

MOST = 2


@dataclass(frozen=True, slots=True)
class BundleItem:
    """`product` and `options` are in the words of the market; `options` say which of several variants it is."""

    product: Product
    variant: Variant
    price: Money
    options: str

    @property
    def image(self) -> Image | None:
        images = self.product.images
        chosen = self.variant.image or 0
        return images[chosen] if chosen < len(images) else None


@dataclass(frozen=True, slots=True)
class Bundle:
    """The product itself, and what goes with it."""

    items: tuple[BundleItem, ...]

    @property
    def total(self) -> Money:
        first, *others = (item.price for item in self.items)
        return sum(others, first)

    @property
    def stale(self) -> bool:
        return any(item.product.stale for item in self.items)


def bundle_of(product: Product, *, market: Market) -> Bundle | None:
    """None where nothing goes with it, or what does cannot be had now. One query, one read of the catalog."""
    own = _item(product, market)
    others = _others(product.product_id) if own else []
    if own is None or not others:
        return None
    found = catalog.products_by_id(others, freshness=Freshness.CACHED)
    offered = [item for item in (_item(found[other], market) for other in others if other in found) if item]
    return Bundle((own, *offered[:MOST])) if offered else None


def _others(product_id: str) -> Sequence[str]:
    pairs = BoughtTogether.objects.filter(product_id=product_id).order_by("rank")
    return list(pairs.values_list("other_id", flat=True))


def _item(product: Product, market: Market) -> BundleItem | None:
    """The product's first variant that can be bought in the market."""
    if not product.is_active:
        return None
    for variant in product.variants:
        price = variant.price(market.currency)
        if price is not None and variant.in_stock:
            several = len(product.variants) > 1
            options = catalog.label_in(product, variant, market.language) if several else ""
            return BundleItem(product.in_language(market.language), variant, price, options)
    return None
