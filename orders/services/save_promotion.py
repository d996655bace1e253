"""Staff's changes of promotions and coupons: their counters are set right under the lock that counts uses."""

from datetime import datetime

from django.utils.translation import gettext as _

from orders import deals
from orders.models import Coupon, Promotion, PromotionUse
from shopcloud.lib import ids, residency

MOST_CODES = 10_000
SECRET_LETTERS = 10


class LimitTooLow(ValueError):
    """More uses than the new limit allows are taken already."""

    def __str__(self) -> str:
        return _("It was used %(used)d times already. Enter at least that.") % {"used": self.args[0]}


class BadBatch(ValueError):
    """Not a number of codes that can be made at once."""

    def __str__(self) -> str:
        return _("Make 1 to %(most)d codes at once.") % {"most": MOST_CODES}


@residency.atomic()
def save_promotion(promotion: Promotion) -> None:
    """Write the row; this process offers it at once, the others within seconds. Raises LimitTooLow."""
    promotion.uses = _live_uses(promotion, "promotion")
    promotion.save()
    residency.on_commit(deals.AUTOMATIC.forget)


@residency.atomic()
def save_coupon(coupon: Coupon) -> None:
    """Write the row. Raises LimitTooLow."""
    coupon.uses = _live_uses(coupon, "coupon")
    coupon.save()


@residency.atomic()
def make_coupons(*, promotion: Promotion, number: int, limit: int | None, prefix: str, now: datetime) -> list[str]:
    """`number` codes that nobody can guess, each for `limit` uses; returns them. Raises BadBatch."""
    if not 1 <= number <= MOST_CODES:
        raise BadBatch(number)
    start = f"{prefix.upper()}-" if prefix else ""
    codes = {start + ids.code(SECRET_LETTERS) for _code in range(number)}
    batch = now.strftime("%Y-%m-%d %H:%M:%S")
    Coupon.objects.bulk_create(
        (Coupon(code=code, promotion=promotion, limit=limit, batch=batch) for code in sorted(codes)), batch_size=1000
    )
    return sorted(codes)


def _live_uses(row: Promotion | Coupon, name: str) -> int:
    """How often it is used, held still by the row's lock: who counts one more waits for it."""
    if row.pk is None:
        return 0
    type(row).objects.select_for_update().get(pk=row.pk)
    used = PromotionUse.objects.filter(**{name: row.pk}, released_at__isnull=True).count()
    if row.limit is not None and used > row.limit:
        raise LimitTooLow(used)
    return used
