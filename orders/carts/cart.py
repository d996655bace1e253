"""What a cart is: SKUs with quantities, and the price each was added at."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from shopcloud.lib.money import Money

MAX_QUANTITY = 99
MAX_LINES = 50
MAX_CODES = 5
MAX_SAVED = 50


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks for a cart. Its id opens a cart that has no owner; one that has an owner is the owner's alone.

    `by_cookie` is a browser that shows our signed cookie: it keeps its cart after its session has ended.
    """

    user_id: int | None = None
    by_cookie: bool = False

    @property
    def key(self) -> str:
        """The caller as the store's scripts know it."""
        return str(self.user_id) if self.user_id is not None else "*" if self.by_cookie else ""

    def may_use(self, owner: int | None) -> bool:
        return owner is None or owner == self.user_id or (self.user_id is None and self.by_cookie)


STRANGER = Caller()


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
class Contents:
    """What a cart holds. `saved` are lines put aside for later, which are neither counted nor bought; `codes` are what
    was typed to pay less."""

    lines: tuple[CartLine, ...] = ()
    saved: tuple[CartLine, ...] = ()
    codes: tuple[str, ...] = ()
    gift_cards: tuple[CartGiftCard, ...] = ()


@dataclass(frozen=True, slots=True)
class Cart:
    """`version` grows with every change and never repeats, so (cart_id, version) names one state of one cart.

    `saved`, `codes` and `gift_cards` are as in Contents; `owner` is the person it belongs to, None for a guest's.
    """

    cart_id: str
    version: int
    market: str
    expires_at: datetime
    lines: tuple[CartLine, ...] = ()
    saved: tuple[CartLine, ...] = ()
    codes: tuple[str, ...] = ()
    gift_cards: tuple[CartGiftCard, ...] = ()
    owner: int | None = None

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
