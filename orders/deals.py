"""Which promotions may make a cart cheaper, read for one buyer.

To browse, the automatic ones come from a snapshot that costs no SQL and outlives PostgreSQL; to sell, everything is
read afresh.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import InterfaceError, OperationalError
from django.db.models import Count, Q
from django.utils.crypto import salted_hmac

from orders.models import Coupon, Order, Promotion, PromotionUse
from orders.pricing.promotions import Deals, HeldCode, Reason, Rule
from shopcloud.lib import prepared
from shopcloud.lib.snapshot import Snapshot, SnapshotUnavailable


@dataclass(frozen=True, slots=True)
class Customer:
    """Who buys, as far as offers care: an account, or a guest by the email address of the order."""

    user_id: int | None
    email: str = ""

    @property
    def key(self) -> str:
        """What uses are counted by; of an address it is a keyed hash, which names nobody."""
        if self.user_id is not None:
            return f"account-{self.user_id}"
        return salted_hmac("orders.deals", self.email.strip().lower(), algorithm="sha256").hexdigest()[:48]


def customer_of(user_id: int | None, email: str = "") -> Customer | None:
    """None while nobody can know who it is: a guest who has not typed an address."""
    return Customer(user_id, email) if user_id is not None or email.strip() else None


def read_automatic() -> tuple[Rule, ...]:
    """The automatic promotions as they stand, in one statement."""
    return tuple(p.rule() for p in prepared.select(Promotion, active=True, automatic=True, order_by="id"))


AUTOMATIC = Snapshot("promotions", read_automatic)


def browse(codes: Sequence[str], *, customer: Customer | None, now: datetime) -> Deals:
    """For a cart that is looked at. SQL is asked only where there are codes, or a known customer and an offer that
    depends on who it is; while it is away, codes are UNCHECKED."""
    try:
        rules = AUTOMATIC.get()
    except SnapshotUnavailable:
        rules = ()
    try:
        return _for_customer(Deals(now, rules, look_up(codes)), customer)
    except (OperationalError, InterfaceError):
        return Deals(now, rules, tuple(HeldCode(code, reason=Reason.UNCHECKED) for code in codes))


def sell(codes: Sequence[str], *, customer: Customer | None, now: datetime) -> Deals:
    """For an order and its checkout: one statement, one more for codes, one or two more where it matters who buys."""
    return _for_customer(Deals(now, read_automatic(), look_up(codes)), customer)


def look_up(codes: Sequence[str]) -> tuple[HeldCode, ...]:
    """The codes with their promotions, in the order given."""
    if not codes:
        return ()
    found = {coupon.code: coupon for coupon in Coupon.objects.filter(code__in=codes).select_related("promotion")}
    return tuple(_held(code, found.get(code)) for code in codes)


def _held(code: str, coupon: Coupon | None) -> HeldCode:
    if coupon is None:
        return HeldCode(code, reason=Reason.UNKNOWN)
    if not coupon.promotion.active:
        return HeldCode(code, reason=Reason.EXPIRED)
    is_limited = coupon.limit is not None
    reason = Reason.USED_UP if coupon.limit is not None and coupon.uses >= coupon.limit else None
    return HeldCode(code, coupon.promotion.rule(), coupon.pk, reason, is_limited)


def _for_customer(deals: Deals, customer: Customer | None) -> Deals:
    offered = [*deals.rules, *(held.rule for held in deals.codes if held.rule)]
    asking = [rule for rule in offered if rule.asks_who]
    if not asking or customer is None:
        return deals
    mine = PromotionUse.objects.filter(customer=customer.key, promotion__in={rule.rule_id for rule in asking})
    live = mine.filter(released_at__isnull=True).values_list("promotion").annotate(Count("pk"))
    used: dict[int, int] = dict(live)
    barred = {
        rule.rule_id: Reason.USED_BY_YOU
        for rule in asking
        if rule.per_customer is not None and used.get(rule.rule_id, 0) >= rule.per_customer
    }
    if any(rule.first_order_only for rule in asking) and _has_ordered(customer):
        barred |= {rule.rule_id: Reason.FIRST_ORDER_ONLY for rule in asking if rule.first_order_only}
    return replace(deals, barred=barred)


def _has_ordered(customer: Customer) -> bool:
    email = customer.email.strip()
    who = Q(user_id=customer.user_id) if customer.user_id is not None else Q(email__in={email, email.lower()})
    return Order.objects.filter(who).exclude(status=Order.Status.CANCELLED).exists()
