"""What staff do to stock: goods come in, are counted, and go from one place to another."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.utils.translation import gettext as _

from orders.models import StockAlert, StockItem, StockLevel, StockLocation, StockMovement
from orders.stock import statements
from orders.stock.locations import main_location
from orders.stock.statements import Changed
from orders.stock.telling import tell
from shopcloud.lib import guards, residency

Reason = StockMovement.Reason
MAX_ON_HAND = 1_000_000


class UnknownStock(LookupError):
    """The SKU has no stock level."""

    def __str__(self) -> str:
        return f"{self.args[0]} has no stock level yet. Set one with set_on_hand first."


class BadStock(ValueError):
    """A level that cannot be: negative, too large, or below what is promised to buyers; the message says which."""


@residency.atomic()
def receive(
    *,
    sku: str,
    quantity: int,
    now: datetime,
    location: StockLocation | None = None,
    author: AbstractBaseUser | None = None,
    note: str = "",
) -> int:
    """Add delivered units to a SKU that has stock, by default in the main place; returns what is available of it.

    Raises UnknownStock, BadStock.
    """
    if not 1 <= quantity <= MAX_ON_HAND:
        raise BadStock(_("Receive 1 to %(most)d units, not %(given)d.") % {"most": MAX_ON_HAND, "given": quantity})
    place = location or main_location()
    if not StockItem.objects.filter(pk=sku).exists():
        raise UnknownStock(sku)
    _make_level(sku, place, now)
    changed = _shift(sku, {place: quantity}, Reason.RECEIVED, now, author, note)
    tell([changed], now=now)
    return changed.after


@residency.atomic()
def set_on_hand(
    *,
    sku: str,
    product_id: str,
    on_hand: int,
    now: datetime,
    location: StockLocation | None = None,
    author: AbstractBaseUser | None = None,
    note: str = "",
) -> int:
    """Correct what one place (the main one) has of a SKU to what was counted; returns what is available in all.

    The SKU's stock is made if need be. Raises BadStock when `on_hand` is negative, too large, or less than what
    unpaid orders were promised from there, and when the stock is another product's.
    """
    if not 0 <= on_hand <= MAX_ON_HAND:
        raise BadStock(
            _("%(sku)s: %(given)d on hand is not between 0 and %(most)d.")
            % {"sku": sku, "given": on_hand, "most": MAX_ON_HAND}
        )
    place = location or main_location()
    item, is_new = StockItem.objects.get_or_create(sku=sku, defaults={"product_id": product_id})
    if item.product_id != product_id:
        raise BadStock(
            _("%(sku)s is stock of the product %(other)s. Give this product another SKU.")
            % {"sku": sku, "other": item.product_id}
        )
    _make_level(sku, place, now)
    # Every level of the SKU, in the order in which sales lock them.
    level = {x.location_id: x for x in _locked(sku)}[place.pk]
    if on_hand < level.reserved:
        raise BadStock(
            _("%(sku)s: %(promised)d are promised to unpaid orders, so %(given)d cannot be on hand.")
            % {"sku": sku, "promised": level.reserved, "given": on_hand}
        )
    changed = _shift(sku, {place: on_hand - level.on_hand}, Reason.CORRECTED, now, author, note)
    tell([changed], now=now, is_first=is_new)
    return changed.after


@residency.atomic()
def transfer(
    *,
    sku: str,
    quantity: int,
    source: StockLocation,
    target: StockLocation,
    now: datetime,
    author: AbstractBaseUser | None = None,
    note: str = "",
) -> None:
    """Carry units nobody was promised from one place to another. Raises UnknownStock, BadStock."""
    if source.pk == target.pk or not 1 <= quantity <= MAX_ON_HAND:
        raise BadStock(_("Carry at least one unit from one place to another."))
    if not StockLevel.objects.filter(sku=sku, location=source).exists():
        raise UnknownStock(sku)
    _make_level(sku, target, now)
    changed = _shift(sku, {source: -quantity, target: quantity}, Reason.TRANSFERRED, now, author, note)
    tell([changed], now=now)


@residency.atomic()
def hand_over(*, sku: str, product_id: str) -> None:
    """A SKU that its product gave up and another one took brings its stock along, and whoever waits for it."""
    StockItem.objects.filter(pk=sku).update(product_id=product_id)
    StockAlert.objects.filter(sku=sku, notified_at=None).update(product_id=product_id)


@residency.atomic()
def set_low_at(*, sku: str, low_at: int, now: datetime) -> None:
    """Change a SKU's threshold; whether it runs low is judged anew, without an alarm. Raises UnknownStock."""
    levels = _locked(sku)
    if not StockItem.objects.filter(pk=sku).update(low_at=low_at):
        raise UnknownStock(sku)
    available = sum(x.available for x in levels if x.location.is_active)
    item = StockItem.objects.filter(pk=sku)
    if available > low_at:
        item.update(low_since=None)
    else:
        item.filter(low_since__isnull=True).update(low_since=now)


def _make_level(sku: str, place: StockLocation, now: datetime) -> None:
    StockLevel.objects.bulk_create([StockLevel(sku=sku, location=place, updated_at=now)], ignore_conflicts=True)


def _locked(sku: str) -> list[StockLevel]:
    found = StockLevel.objects.select_for_update(of=("self",)).filter(sku=sku)
    return list(found.select_related("location").order_by("location_id"))


def _shift(
    sku: str,
    by_place: Mapping[StockLocation, int],
    reason: StockMovement.Reason,
    now: datetime,
    author: AbstractBaseUser | None,
    note: str,
) -> Changed:
    asked: dict[str, Any] = statements.wanted((sku, place.pk, n) for place, n in by_place.items())
    asked |= {"reason": reason.value, "now": now, "author": author.pk if author else None, "note": note[:200]}
    statement = statements.SHIFT if guards.stands("stock.shift") else statements.SHIFT_UNGUARDED
    changed = statements.run(statement, asked)[sku]
    if any(by_place.values()) and not changed.moved:
        raise BadStock(_("%(sku)s: fewer than that are there and not promised to buyers.") % {"sku": sku})
    return changed
