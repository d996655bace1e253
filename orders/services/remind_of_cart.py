"""A person who left something in their cart is told once, if they said that they want to be."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.db.models import F, Q

from accounts import queries as accounts
from accounts.queries import Purpose, Recipient
from orders import queries
from orders.carts import mirror
from orders.carts.cart import Cart
from orders.mail_reminder import compose
from orders.models import Order, SavedCart
from orders.pricing.priced_cart import PricedLine, Trouble
from shopcloud.lib.market import Market

# Who left it longer ago knows.
LATEST = timedelta(days=7)
log = structlog.get_logger()


def due(*, now: datetime, batch: int = 200) -> Iterator[tuple[int, int]]:
    """(id, version) of the carts whose owners are to be reminded, each statement bounded by `batch`."""
    quiet_since = now - timedelta(hours=settings.CART_REMINDER_HOURS)
    untouched = SavedCart.objects.filter(updated_at__lte=quiet_since, reminded_version__lt=F("version"))
    untouched = untouched.exclude(lines=[]).order_by("updated_at", "id")
    after: tuple[datetime, int] = (quiet_since - LATEST, 0)
    while True:
        further = Q(updated_at__gt=after[0]) | Q(updated_at=after[0], id__gt=after[1])
        found = list(untouched.filter(further, updated_at__gte=after[0])[:batch])
        if not found:
            return
        willing = accounts.recipients([cart.user_id for cart in found], purpose=Purpose.CART_REMINDERS)
        yield from ((cart.pk, cart.version) for cart in found if cart.user_id in willing)
        after = (found[-1].updated_at, found[-1].pk)


def remind_of_cart(*, saved_cart_id: int, version: int, market: Market, now: datetime) -> bool:
    """Send the reminder of one version of a cart, once; False if there is no reason to, or it was sent before.

    `market` gives language and prices. If sending fails, the next try may send it.
    """
    saved = SavedCart.objects.filter(pk=saved_cart_id, version=version).first()
    recipient = _recipient(saved) if saved else None
    if saved is None or recipient is None:
        return False
    lines = _buyable(saved, market, now)
    if not lines or not saved.claim_reminder(at=now):
        return False
    try:
        compose(recipient=recipient, lines=lines, market=market).send()
    except Exception:
        saved.give_up_reminder()
        raise
    log.info("carts.reminded", saved_cart=saved.pk)
    return True


def language_of(saved_cart_id: int) -> str:
    """The language in which the cart's owner is written to; empty where there is no such cart."""
    return SavedCart.objects.filter(pk=saved_cart_id).values_list("user__language", flat=True).first() or ""


def _recipient(saved: SavedCart) -> Recipient | None:
    """The cart's owner, if they want to be reminded and did not order since."""
    willing = accounts.recipients([saved.user_id], purpose=Purpose.CART_REMINDERS)
    recipient = willing.get(saved.user_id)
    if recipient is None:
        return None
    theirs = Q(user_id=saved.user_id) | Q(email=recipient.email)
    has_ordered = Order.objects.filter(theirs, placed_at__gte=saved.updated_at).exists()
    return None if has_ordered else recipient


def _buyable(saved: SavedCart, market: Market, now: datetime) -> list[PricedLine]:
    """What the cart holds that can still be bought, at today's prices. Raises LinesUnknown."""
    held = mirror.as_mirrored(saved).held
    cart = Cart(saved.cart_id, saved.version, saved.market, now, lines=held.lines)
    priced = queries.price(cart, market=market, now=now)
    priced.check_known()
    return [line for line in priced.lines if line.trouble in (None, Trouble.SHORT)]
