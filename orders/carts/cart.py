"""What a cart is: SKUs with quantities, and the price each was added at."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from shopcloud.lib.money import Money

MAX_QUANTITY = 99
MAX_LINES = 50
MAX_CODES = 5


@dataclass(frozen=True, slots=True)
class CartLine:
    """`seen_price` is what the shopper saw when adding: a later change is pointed out, never charged silently."""

    sku: str
    product_id: str
    quantity: int
    seen_price: Money | None = None


@dataclass(frozen=True, slots=True)
class CartGiftCard:
    """A gift card to pay with: what its code hashes to, never the code."""

    card_hash: str
    last4: str

    @property
    def card_id(self) -> str:
        """What names the card among those of a cart."""
        return self.card_hash[:16]


@dataclass(frozen=True, slots=True)
class Cart:
    """`version` grows with every change and never repeats, so (cart_id, version) names one state of one cart."""

    cart_id: str
    version: int
    market: str
    expires_at: datetime
    lines: tuple[CartLine, ...] = ()
    codes: tuple[str, ...] = ()
    gift_cards: tuple[CartGiftCard, ...] = ()

    @property
    def count(self) -> int:
        """Units over all lines."""
        return sum(line.quantity for line in self.lines)

    def line(self, sku: str) -> CartLine | None:
        return next((line for line in self.lines if line.sku == sku), None)


class CartNotFound(LookupError):
    """No cart has this id: it expired, or never was."""

    def __str__(self) -> str:
        return _("This cart has expired or does not exist. Start a new one.")
