"""Wishes as their holder sees them: each with its product, what it costs now and whether it can be had."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from catalog import queries as catalog
from catalog.domain import Image, Product, Variant
from orders.queries import BadCursor
from orders.wishes.wish import Wish
from shopcloud.lib.market import Market
from shopcloud.lib.money import Money

PAGE_SIZE = 24


class WishTrouble(StrEnum):
    """Why a wish cannot be bought now. UNKNOWN: the catalog is away, and nobody remembers the product."""

    GONE = "gone"
    UNPRICED = "unpriced"
    SOLD_OUT = "sold_out"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class ShownWish:
    """`variant` is the one that was chosen, or the only one; None where there still is a choice to make.

    `product` and `options`, which say which variant it is, are in the words of the market.
    """

    wish: Wish
    product: Product | None
    variant: Variant | None
    price: Money | None
    trouble: WishTrouble | None
    options: str = ""

    @property
    def product_id(self) -> str:
        return self.wish.product_id

    @property
    def sku(self) -> str:
        return self.variant.sku if self.variant else ""

    @property
    def added_at(self) -> datetime:
        return self.wish.added_at

    @property
    def image(self) -> Image | None:
        images = self.product.images if self.product else ()
        chosen = self.variant.image if self.variant else None
        return images[chosen or 0] if images and (chosen or 0) < len(images) else None

    @property
    def was(self) -> Money | None:
        """What it cost when it was added, where it costs less now."""
        then, now = self.wish.price, self.price
        if then is None or now is None or then.currency != now.currency or now.amount >= then.amount:
            return None
        return then

    @property
    def starts_at(self) -> bool:
        """Whether `price` is the lowest of several."""
        several = self.variant is None and self.product is not None and self.price is not None
        return several and self.product.has_price_range(self.price.currency)  # type: ignore[union-attr]


@dataclass(frozen=True, slots=True)
class WishPage:
    """`next` is an opaque cursor, None at the end; `total` counts the whole list."""

    wishes: tuple[ShownWish, ...]
    next: str | None
    total: int


def page_of(wishes: list[Wish], *, market: Market, cursor: str = "", limit: int = PAGE_SIZE) -> WishPage:
    """One page, its products in one read. Raises BadCursor."""
    start = _after(wishes, cursor) if cursor else 0
    part = wishes[start : start + limit]
    more = len(wishes) > start + limit
    following = f"{int(part[-1].added_at.timestamp() * 1000)}-{part[-1].product_id}" if more else None
    return WishPage(tuple(shown(part, market=market)), following, len(wishes))


def shown(wishes: Iterable[Wish], *, market: Market) -> list[ShownWish]:
    wishes = list(wishes)
    products, unknown = catalog.known_products(wish.product_id for wish in wishes)
    return [
        ShownWish(wish, None, None, None, WishTrouble.UNKNOWN)
        if wish.product_id in unknown
        else _shown(wish, products.get(wish.product_id), market)
        for wish in wishes
    ]


def _after(wishes: list[Wish], cursor: str) -> int:
    """Where the page behind the cursor begins, also when the wish it names was removed meanwhile."""
    at, _, product_id = cursor.partition("-")
    if not (at.isascii() and at.isdigit()) or not product_id:
        raise BadCursor
    last = (int(at), product_id)
    return sum((int(wish.added_at.timestamp() * 1000), wish.product_id) >= last for wish in wishes)


def _shown(wish: Wish, product: Product | None, market: Market) -> ShownWish:
    product = product.in_language(market.language) if product else None
    if product is None or not product.is_active:
        return ShownWish(wish, product, None, None, WishTrouble.GONE)
    only = product.variants[0] if len(product.variants) == 1 else None
    variant = product.variant(wish.sku) or only
    price = variant.price(market.currency) if variant else product.price_from(market.currency)
    in_stock = variant.in_stock if variant else product.in_stock
    trouble = WishTrouble.UNPRICED if price is None else None if in_stock else WishTrouble.SOLD_OUT
    options = catalog.label_in(product, variant, market.language) if variant else ""
    return ShownWish(wish, product, variant, price, trouble, options)
