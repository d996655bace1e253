"""Making a gift card: its code is told once, to whoever issues it, and cannot be read again."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import AbstractBaseUser
from django.utils.translation import gettext as _

from orders import gift_cards
from orders.models import GiftCard, GiftCardEntry, Order
from shopcloud.lib import residency
from shopcloud.lib.money import Money

MOST = 1_000_000


class BadGiftCard(ValueError):
    """The value is nothing, or more than a card may hold."""

    def __str__(self) -> str:
        return _("A gift card is worth more than nothing and at most %(most)d minor units.") % {"most": MOST}


@dataclass(frozen=True, slots=True)
class Issued:
    """The card and its code, to hand over now: nobody can find it out later."""

    card: GiftCard
    code: str


@residency.atomic()
def issue_gift_card(
    *,
    value: Money,
    now: datetime,
    expires_at: datetime | None = None,
    note: str = "",
    author: AbstractBaseUser | None = None,
    sold_by: Order | None = None,
) -> Issued:
    """A card worth `value`, with its first entry in the ledger. Raises BadGiftCard."""
    if not 0 < value.amount <= MOST:
        raise BadGiftCard(value)
    code = gift_cards.new_code()
    card = GiftCard.objects.create(
        code_hash=GiftCard.hash_of(code.replace("-", "")),
        last4=code[-4:],
        currency=value.currency,
        initial=value.amount,
        balance=value.amount,
        expires_at=expires_at,
        issued_by_id=author.pk if author else None,
        issued_for=sold_by,
        note=note,
        issued_at=now,
    )
    GiftCardEntry.objects.create(
        card=card, amount=value.amount, reason=GiftCardEntry.Reason.ISSUED, reference="issued", at=now
    )
    return Issued(card, code)
