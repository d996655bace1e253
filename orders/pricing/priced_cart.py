"""A cart as its owner sees it: each line with its product, today's price, and what stands in the way of buying it."""

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from catalog.domain import Image, Kind, Product
from orders.carts.cart import Cart, CartLine
from orders.gift_cards import Part, share_out
from orders.models import GiftCard
from orders.pricing.offers import Offer, PriceMissing, ProductGone, offer
from orders.pricing.promotions import NO_DISCOUNTS, Discounts, Reason, Reduction, Refused
from orders.pricing.shipping import ShippingMethod
from orders.stock import Availability
from shopcloud.lib.market import Market
from shopcloud.lib.money import Money
from shopcloud.lib.resilience import TierUnavailable


class LinesUnknown(TierUnavailable):
    """Nobody knows some of the cart's products while the catalog is away: nothing can be said of the whole."""

    def __init__(self) -> None:
        super().__init__("The catalog does not answer for all of the cart. Try again in a few seconds.")


class Trouble(StrEnum):
    """Why a line cannot be bought as it stands. UNKNOWN: the catalog is away, and nobody remembers the product."""

    GONE = "gone"
    UNPRICED = "unpriced"
    SOLD_OUT = "sold_out"
    SHORT = "short"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class PricedLine:
    """`available` is None where stock sets no limit or is not known; `offer` where it is GONE, UNPRICED or UNKNOWN."""

    line: CartLine
    product: Product | None
    offer: Offer | None
    trouble: Trouble | None
    available: int | None

    @property
    def sku(self) -> str:
        return self.line.sku

    @property
    def quantity(self) -> int:
        return self.line.quantity

    @property
    def title(self) -> str:
        return self.product.title if self.product else self.line.sku

    @property
    def options(self) -> str:
        return self.offer.label if self.offer else ""

    @property
    def unit_price(self) -> Money | None:
        return self.offer.price if self.offer else None

    @property
    def total(self) -> Money | None:
        return self.offer.total if self.offer else None

    @property
    def image(self) -> Image | None:
        key = self.offer.image if self.offer else ""
        images = self.product.images if self.product else ()
        return next((image for image in images if image.key == key), images[0] if images else None)

    @property
    def was(self) -> Money | None:
        """The price when it was put into the cart, where that differs from today's."""
        seen, price = self.line.seen_price, self.unit_price
        if seen is None or price is None or seen.currency != price.currency or seen == price:
            return None
        return seen

    @property
    def is_dearer(self) -> bool:
        """Whether it costs more than when it was put into the cart."""
        was, price = self.was, self.unit_price
        return was is not None and price is not None and price.amount > was.amount

    @property
    def most(self) -> int:
        """The most a stepper may ask for."""
        return 99 if self.available is None else max(1, min(99, self.available))


@dataclass(frozen=True, slots=True)
class CodeInCart:
    """A code and whether it counts; `message` tells the buyer why it does not."""

    code: str
    refused: Refused | None

    @property
    def applied(self) -> bool:
        return self.refused is None

    @property
    def reason(self) -> Reason | None:
        return self.refused.reason if self.refused else None

    @property
    def message(self) -> str:
        return str(self.refused) if self.refused else ""


def codes_of(cart: Cart, discounts: Discounts) -> list[CodeInCart]:
    """The cart's codes as they were entered, each with why it does not count."""
    refused = {one.code: one for one in discounts.refused}
    return [CodeInCart(code, refused.get(code)) for code in cart.codes]


@dataclass(frozen=True, slots=True)
class PricedCart:
    """`subtotal` sums the lines that have a price; `shipping` is the market's default way of delivery.

    `saved` are the lines put aside for later, at today's prices too: they count for nothing.
    `cards` are its gift cards that can be spent.
    """

    cart: Cart
    market: Market
    lines: tuple[PricedLine, ...]
    subtotal: Money
    shipping: ShippingMethod | None
    saved: tuple[PricedLine, ...] = ()
    discounts: Discounts = NO_DISCOUNTS
    cards: tuple[GiftCard, ...] = ()

    @property
    def offers(self) -> list[Offer]:
        return [line.offer for line in self.lines if line.offer]

    @property
    def count(self) -> int:
        return self.cart.count

    @property
    def can_check_out(self) -> bool:
        return bool(self.lines) and not any(line.trouble for line in self.lines)

    @property
    def has_unknown(self) -> bool:
        return any(line.trouble is Trouble.UNKNOWN for line in self.lines)

    def check_known(self) -> None:
        """Raises LinesUnknown."""
        if self.has_unknown:
            raise LinesUnknown

    @property
    def is_physical(self) -> bool:
        return any(o.is_physical for o in self.offers)

    @property
    def estimate(self) -> Money:
        """Goods and the default delivery after discounts; tax that is not in the prices comes at checkout."""
        return self.subtotal - self.discount + self.delivery

    @property
    def delivery(self) -> Money:
        """What the default delivery costs after discounts."""
        price = self.shipping.price.amount if self.shipping else 0
        return Money(price - self.discounts.shipping, self.market.currency)

    @property
    def discount(self) -> Money:
        return Money(self.discounts.amount, self.market.currency)

    @property
    def reductions(self) -> list[Reduction]:
        return self.discounts.shown(self.market.currency)

    @property
    def codes(self) -> list[CodeInCart]:
        return codes_of(self.cart, self.discounts)

    @property
    def due(self) -> Money:
        """The estimate after gift cards."""
        return self.estimate - Money(sum(part.amount for part in self.gift_parts), self.market.currency)

    @property
    def gift_parts(self) -> list[Part]:
        """What each gift card would pay of the estimate."""
        return share_out(self.cards, self.estimate.amount)

    @property
    def missing_for_free_shipping(self) -> Money | None:
        """What to add for free delivery; None where delivery is free already or never is."""
        if self.shipping is None or self.shipping.free_from is None or not self.delivery.amount:
            return None
        return self.shipping.free_from - self.subtotal


def priced_lines(
    lines: Iterable[CartLine],
    *,
    market: Market,
    products: Mapping[str, Product],
    unknown: Container[str] = (),
    levels: Mapping[str, Availability] | None,
) -> tuple[PricedLine, ...]:
    """`unknown` are products of which nothing can be told now, not even that they are gone.

    `levels` is None where stock cannot be asked: then no line is called sold out.
    """
    return tuple(
        PricedLine(line, None, None, Trouble.UNKNOWN, None)
        if line.product_id in unknown
        else _priced(line, products.get(line.product_id), market, levels)
        for line in lines
    )


def _priced(
    line: CartLine, product: Product | None, market: Market, levels: Mapping[str, Availability] | None
) -> PricedLine:
    product = product.in_language(market.language) if product else None
    try:
        found = offer(line, product, market)
    except ProductGone:
        return PricedLine(line, product, None, Trouble.GONE, None)
    except PriceMissing:
        return PricedLine(line, product, None, Trouble.UNPRICED, None)
    if levels is None or found.product.kind is Kind.DIGITAL:
        return PricedLine(line, product, found, None, None)
    level = levels.get(line.sku)
    available = level.available if level else 0
    trouble = Trouble.SOLD_OUT if available <= 0 else Trouble.SHORT if available < line.quantity else None
    return PricedLine(line, product, found, trouble, available)
