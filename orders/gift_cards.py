"""Gift cards as money: who may spend what is left is decided by one conditional update, never by a read before it.

Every change of a balance writes the ledger, and happens once per reference.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Q, Sum
from django.utils.translation import gettext as _

from orders.carts.cart import CartGiftCard
from orders.models import GiftCard, GiftCardEntry, Order
from shopcloud.lib import guards, ids
from shopcloud.lib.money import Money

Reason = GiftCardEntry.Reason
PREFIX = "GIFT"
SECRET_LETTERS = 16
_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1"})


class GiftCardShort(Exception):
    """A card no longer covers what the buyer was shown: it was spent elsewhere, has expired or was blocked."""

    def __init__(self, last4: str):
        self.last4 = last4
        super().__init__(last4)

    def __str__(self) -> str:
        return _("The gift card ending in %(last4)s no longer covers its part. Look the new total over.") % {
            "last4": self.last4
        }


@dataclass(frozen=True, slots=True)
class Part:
    """What one card pays of an order, in minor units. `left` is its balance before."""

    card_id: int
    card_hash: str
    last4: str
    amount: int
    left: Money

    @property
    def card_id_in_cart(self) -> str:
        return CartGiftCard(self.card_hash, self.last4).card_id

    @property
    def paid(self) -> Money:
        return Money(self.amount, self.left.currency)


def new_code() -> str:
    """Four groups of four after the prefix: 80 random bits, without letters that are misread."""
    secret = ids.code(SECRET_LETTERS)
    return "-".join((PREFIX, *(secret[i : i + 4] for i in range(0, SECRET_LETTERS, 4))))


def canonical(text: str) -> str | None:
    """A gift card's code as it is hashed, however it was typed; None where the text cannot be one."""
    letters = "".join(c for c in text.upper() if c.isascii() and c.isalnum())
    secret = letters.removeprefix(PREFIX).translate(_READ_AS)
    if not letters.startswith(PREFIX) or len(secret) != SECRET_LETTERS:
        return None
    return PREFIX + secret


def hash_of(text: str) -> str | None:
    """What a typed code is found by; None where it cannot be a gift card's."""
    code = canonical(text)
    return GiftCard.hash_of(code) if code else None


def find(hashes: Iterable[str], *, currency: str, now: datetime) -> list[GiftCard]:
    """The cards of `hashes` that can be spent, in the order they were entered. One statement; none without hashes."""
    wanted = list(hashes)
    if not wanted:
        return []
    found = GiftCard.objects.filter(_spendable(now), code_hash__in=wanted, currency=currency, balance__gt=0)
    return sorted(found, key=lambda card: wanted.index(card.code_hash))


def share_out(cards: Sequence[GiftCard], total: int) -> list[Part]:
    """What each card pays of `total`, the first entered first."""
    parts = []
    for card in cards:
        amount = min(card.balance, total)
        total -= amount
        parts.append(Part(card.pk, card.code_hash, card.last4, amount, card.money(card.balance)))
    return parts


def spend(*, order: Order, parts: Sequence[Part], now: datetime) -> None:
    """Pay an order's parts: all of them, or GiftCardShort and nothing. Needs a transaction."""
    # In the order of their ids: two checkouts sharing cards would deadlock otherwise.
    for part in sorted(parts, key=lambda part: part.card_id):
        if not part.amount:
            continue
        room = _spendable(now) & Q(balance__gte=part.amount) if guards.stands("gift_cards.spend") else Q()
        if not GiftCard.objects.filter(room, pk=part.card_id).update(balance=F("balance") - part.amount):
            raise GiftCardShort(part.last4)
        GiftCardEntry.objects.create(
            card_id=part.card_id,
            order=order,
            amount=-part.amount,
            reason=Reason.SPENT,
            reference=f"order-{order.number}",
            at=now,
        )


def held_by(order: Order) -> int:
    """What gift cards have paid of an order and was not given back, in minor units."""
    return -(GiftCardEntry.objects.filter(order=order).aggregate(sum=Sum("amount"))["sum"] or 0)


def give_back(*, order: Order, reference: str, now: datetime, amount: int | None = None) -> int:
    """Put up to `amount` of what cards paid for an order back onto them, by default all; returns how much it was.

    Needs a transaction. A `reference` has its effect once: asked again, it gives back nothing more.
    """
    if not order.gift_card:
        return 0
    # The lock holds still what each card has paid and got back.
    spent = GiftCardEntry.objects.filter(order=order, reason=Reason.SPENT)
    cards = list(GiftCard.objects.select_for_update().filter(pk__in=spent.values("card_id")).order_by("pk"))
    given = 0
    for card in cards:
        entries = GiftCardEntry.objects.filter(card=card, order=order)
        if entries.filter(reference=reference).exists():
            continue
        paid = -(entries.aggregate(sum=Sum("amount"))["sum"] or 0)
        part = paid if amount is None else min(paid, amount - given)
        if part <= 0:
            continue
        GiftCard.objects.filter(pk=card.pk).update(balance=F("balance") + part)
        GiftCardEntry.objects.create(
            card=card, order=order, amount=part, reason=Reason.RETURNED, reference=reference, at=now
        )
        given += part
    return given


def _spendable(now: datetime) -> Q:
    return Q(active=True) & (Q(expires_at__isnull=True) | Q(expires_at__gt=now))
