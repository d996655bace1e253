"""Codes in a cart: coupons and gift cards, entered in one field."""

import re
from dataclasses import replace
from datetime import datetime

from django.utils.translation import gettext as _

from orders import deals, gift_cards
from orders.carts import store
from orders.carts.cart import STRANGER, Caller, Cart, CartGiftCard
from orders.pricing.promotions import MAY_STILL_COUNT, Basket, Reason, Refused, apply
from shopcloud.lib.market import Market

COUPON = re.compile(r"[A-Z0-9][A-Z0-9_-]{1,39}")


class CodeRefused(Exception):
    """The code is unknown or can no longer be used, so that it was not kept; the message says why."""

    def __init__(self, refused: Refused):
        self.refused = refused
        super().__init__(refused.code)

    def __str__(self) -> str:
        return str(self.refused)


class UnknownCode(CodeRefused):
    """Nobody issued such a code."""


class GiftCardRefused(Exception):
    """No gift card that can be spent here has this code. Why is not told, so that nobody can search."""

    def __str__(self) -> str:
        return _("This gift card is not valid here, has expired or is used up. Check the code.")


def add_code(
    *,
    cart_id: str,
    code: str,
    market: Market,
    customer: deals.Customer | None,
    now: datetime,
    caller: Caller = STRANGER,
) -> Cart:
    """Keep a code that counts now, or would with another cart. Raises CodeRefused, GiftCardRefused, TooManyCodes,
    CartNotFound."""
    card_hash = gift_cards.hash_of(code)
    if card_hash is not None:
        cards = gift_cards.find([card_hash], currency=market.currency, now=now)
        if not cards:
            raise GiftCardRefused
        return store.put_gift_card(
            cart_id=cart_id, card=CartGiftCard(card_hash, cards[0].last4), now=now, caller=caller
        )
    entered = canonical(code)
    refused = _refusal(entered, market, customer, now)
    if refused is not None:
        raise UnknownCode(refused) if refused.reason is Reason.UNKNOWN else CodeRefused(refused)
    return store.put_code(cart_id=cart_id, code=entered, now=now, caller=caller)


def remove_code(*, cart_id: str, code: str, now: datetime, caller: Caller = STRANGER) -> Cart:
    """Take out a coupon by its code, or a gift card by its code or its id. Raises CartNotFound."""
    card_hash = gift_cards.hash_of(code)
    if card_hash is None:
        card_hash = next((c.card_hash for c in store.read(cart_id).gift_cards if c.card_id == code), "")
    return store.remove_code(cart_id=cart_id, code=canonical(code), card_hash=card_hash, now=now, caller=caller)


def canonical(code: str) -> str:
    """A coupon's code as it is stored, however it was typed."""
    return "".join(code.split()).upper()


def _refusal(code: str, market: Market, customer: deals.Customer | None, now: datetime) -> Refused | None:
    """Why the code cannot count, whatever is in the cart."""
    if not COUPON.fullmatch(code):
        return Refused(code[:40], Reason.UNKNOWN)
    known = deals.browse([code], customer=customer, now=now)
    nothing = Basket((), market.code, market.currency)
    refused = apply(nothing, replace(known, rules=())).refused
    return next((one for one in refused if one.reason not in MAY_STILL_COUNT), None)
