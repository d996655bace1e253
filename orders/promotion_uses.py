"""Who may use a promotion for the last time is decided by one conditional statement, never by a read before a write.

Only what is limited is counted and locked: an automatic promotion without limits leaves no row here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Q
from django.utils.translation import gettext as _

from orders.models import Coupon, Order, OrderDiscount, Promotion, PromotionUse
from orders.pricing.promotions import Applied
from orders.pricing.totals import spread
from shopcloud.lib import guards, residency


class UsedUp(Exception):
    """Somebody else was faster with the last use of a code or an offer."""

    def __init__(self, name: str):
        self.name = name
        super().__init__(name)

    def __str__(self) -> str:
        return _("“%(name)s” was just used up. Look the new total over, or remove the code.") % {"name": self.name}


class UsedByCustomer(UsedUp):
    """This customer has used it as often as one may."""

    def __str__(self) -> str:
        return _("You have used “%(name)s” as often as one customer may.") % {"name": self.name}


@dataclass(frozen=True, slots=True)
class _Use:
    promotion_id: int
    coupon_id: int | None
    name: str
    per_customer: int | None


def take(*, order: Order, applied: Sequence[Applied], customer: str, now: datetime) -> None:
    """Write down what an order gets, and count the uses that are limited: all, or UsedUp. Needs a transaction."""
    _write_down(order, applied)
    # In the order of their ids: two checkouts sharing promotions would deadlock otherwise.
    for one in sorted(applied, key=lambda one: one.rule.rule_id):
        if one.code is None and not one.rule.is_limited and one.rule.per_customer is None:
            continue
        name = one.code.code if one.code else one.rule.name
        use = _Use(one.rule.rule_id, one.code.coupon_id if one.code else None, name, one.rule.per_customer)
        _write(use, order, customer, now)
        if one.rule.is_limited:
            _count(Promotion, use.promotion_id, name)
        if use.coupon_id is not None and one.code is not None and one.code.is_limited:
            _count(Coupon, use.coupon_id, name)


def _write_down(order: Order, applied: Sequence[Applied]) -> None:
    # A business that owes the VAT itself gets its part of a discount without it.
    amounts = spread(order.discount, [one.amount for one in applied])
    OrderDiscount.objects.bulk_create(
        OrderDiscount(
            order=order,
            promotion_id=one.rule.rule_id,
            name=one.rule.name,
            code=one.code.code if one.code else "",
            amount=amount,
            shipping=one.shipping,
        )
        for one, amount in zip(applied, amounts, strict=True)
    )


def release(*, order: Order, now: datetime) -> None:
    """Give a cancelled order's uses back, once. Needs a transaction."""
    for use in PromotionUse.objects.filter(order=order, released_at__isnull=True).order_by("promotion_id"):
        if not PromotionUse.objects.filter(pk=use.pk, released_at__isnull=True).update(released_at=now):
            continue
        Promotion.objects.filter(pk=use.promotion_id, limit__isnull=False, uses__gt=0).update(uses=F("uses") - 1)
        if use.coupon_id is not None:
            Coupon.objects.filter(pk=use.coupon_id, limit__isnull=False, uses__gt=0).update(uses=F("uses") - 1)


def _count(model: type[Promotion] | type[Coupon], pk: int, name: str) -> None:
    """One more use, if one is left. The limit may have been lifted since it was read."""
    room = Q(limit__isnull=True) | Q(uses__lt=F("limit")) if guards.stands("promotions.use") else Q()
    if not model.objects.filter(room, pk=pk).update(uses=F("uses") + 1):
        raise UsedUp(name)


def _write(use: _Use, order: Order, customer: str, now: datetime) -> None:
    if use.per_customer is None or not guards.stands("promotions.use_per_customer"):
        PromotionUse.objects.create(
            promotion_id=use.promotion_id, coupon_id=use.coupon_id, order=order, customer=customer, at=now
        )
        return
    values = {
        "promotion": use.promotion_id,
        "coupon": use.coupon_id,
        "order": order.pk,
        "customer": customer,
        "now": now,
        "most": use.per_customer,
    }
    # Each try that loses lost its place to a use that stays, so there are no more tries than places.
    for _try in range(use.per_customer):
        with residency.connection().cursor() as cursor:
            cursor.execute(_TAKE_A_PLACE, values)
            if cursor.rowcount:
                return
    raise UsedByCustomer(use.name)


# A place that another transaction is just taking is waited for, and skipped once that transaction has committed.
_TAKE_A_PLACE = """
    INSERT INTO orders_promotionuse (promotion_id, coupon_id, order_id, customer, ordinal, at)
    SELECT %(promotion)s, %(coupon)s, %(order)s, %(customer)s, place, %(now)s
    FROM generate_series(1, %(most)s) AS place
    WHERE NOT EXISTS (
        SELECT 1 FROM orders_promotionuse
        WHERE promotion_id = %(promotion)s AND customer = %(customer)s AND ordinal = place AND released_at IS NULL
    )
    ORDER BY place LIMIT 1
    ON CONFLICT (promotion_id, customer, ordinal) WHERE released_at IS NULL DO NOTHING
"""
