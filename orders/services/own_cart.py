"""A person's own cart: one, on every device. What was put into a guest's cart before signing in comes along."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from catalog import queries as catalog
from catalog.domain import Freshness
from orders import stock
from orders.carts import mirror, moving
from orders.carts.cart import MAX_QUANTITY, Caller, Cart, CartNotFound
from orders.carts.moving import Short
from shopcloud.lib.market import Market
from shopcloud.lib.resilience import TierUnavailable


@dataclass(frozen=True, slots=True)
class Joined:
    """A person's cart after another was taken into it; `note` tells them what happened, empty where nothing did."""

    cart: Cart
    note: str = ""


def own_cart(*, user_id: int, market: Market, now: datetime) -> Cart:
    """The person's cart, brought back from PostgreSQL where Redis lost it, or begun where they have none."""
    mirrored = mirror.of_person(user_id=user_id, market=market.code, now=now)
    return moving.restore(owner=user_id, mirrored=mirrored, now=now)


def take_over(*, source_id: str | None, user_id: int, market: Market, now: datetime) -> Joined:
    """Bring a guest's cart into the person's: quantities add up to what is in stock and what a line may hold.

    May be called twice, and from two tabs at once: the lines arrive once. A cart of another person is left alone.
    """
    own = own_cart(user_id=user_id, market=market, now=now)
    if source_id in (None, own.cart_id):
        return Joined(own)
    try:
        fields = moving.hand_over(source_id=source_id, target_id=own.cart_id, caller=Caller(user_id))
    except CartNotFound:
        return Joined(own)
    skus = [name[2:].decode() for name in fields if name.startswith(b"l:")]
    merged = moving.merge(source_id=source_id, fields=fields, target=own, most=_most(skus), now=now)
    moving.forget(source_id)
    return Joined(merged.cart, _note(before=own, merged=merged, brought=len(skus), market=market))


def _most(skus: list[str]) -> dict[str, int]:
    """How many a line of each SKU may hold. What is sold out keeps one unit, so that the cart can say so."""
    return {sku: max(1, min(MAX_QUANTITY, level.available)) for sku, level in stock.levels(skus).items()}


def _note(*, before: Cart, merged: moving.Merged, brought: int, market: Market) -> str:
    """One message on what the person would not expect; moving into an empty cart is what they expect."""
    if not merged.is_new or not brought:
        return ""
    told = []
    if before.lines:
        told.append(
            ngettext(
                "We added %(count)d item to the cart you had from before.",
                "We added %(count)d items to the cart you had from before.",
                brought,
            )
            % {"count": brought}
        )
    titles = _titles(merged.cart, merged.short, market)
    told += [
        _("%(title)s: %(count)d instead of %(wanted)d, because there are no more.")
        % {"title": titles.get(short.sku, short.sku), "count": short.got, "wanted": short.wanted}
        for short in merged.short
        if short.got
    ]
    dropped = sum(not short.got for short in merged.short)
    if dropped:
        told.append(
            ngettext(
                "%(count)d item did not fit: your cart is full.",
                "%(count)d items did not fit: your cart is full.",
                dropped,
            )
            % {"count": dropped}
        )
    return " ".join(told)


def _titles(cart: Cart, short: tuple[Short, ...], market: Market) -> dict[str, str]:
    wanted = {s.sku for s in short}
    held = {line.sku: line.product_id for line in cart.lines if line.sku in wanted}
    try:
        products = catalog.products_by_id(list(dict.fromkeys(held.values())), freshness=Freshness.CACHED)
    except TierUnavailable:
        return {}
    told = {product_id: product.in_language(market.language).title for product_id, product in products.items()}
    return {sku: told[product_id] for sku, product_id in held.items() if product_id in told}
