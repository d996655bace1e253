"""Opening and closing a place that holds goods: what lies there is for sale from now on, or no longer."""

from datetime import datetime

from django.db.models import F

from orders.models import StockLevel, StockLocation, StockMovement
from orders.stock import statements
from orders.stock.statements import Changed
from orders.stock.telling import tell
from shopcloud.lib import residency

AT_ONCE = 500


@residency.atomic()
def use_location(*, location: StockLocation, is_active: bool, now: datetime) -> int:
    """Open or close a place; returns of how many SKUs the availability moved, none if it was so before.

    What is promised from there stays promised.
    """
    before = StockLocation.objects.filter(pk=location.pk, is_active=not is_active)
    if not before.update(is_active=is_active):
        return 0
    location.is_active = is_active
    full = StockLevel.objects.filter(location=location, on_hand__gt=F("reserved"))
    skus = list(full.order_by("sku").values_list("sku", flat=True))
    for start in range(0, len(skus), AT_ONCE):
        _tell(skus[start : start + AT_ONCE], location, now)
    return len(skus)


def _tell(skus: list[str], location: StockLocation, now: datetime) -> None:
    # Nothing is moved: the statement locks the levels and says what is available from now on.
    wanted = statements.wanted((sku, location.pk, 0) for sku in skus)
    asked = {**wanted, "reason": StockMovement.Reason.CORRECTED.value, "now": now}
    found = statements.run(statements.SHIFT, asked)
    levels = StockLevel.objects.filter(location=location, sku__in=skus)
    free = {level.sku: level.available for level in levels}
    version = max(one.version for one in found.values())
    levels.update(version=version)
    tell((_changed(one, free[one.sku], location.is_active, version) for one in found.values()), now=now)


def _changed(one: Changed, free: int, is_active: bool, version: int) -> Changed:
    was = one.after - free if is_active else one.after + free
    return Changed(one.sku, one.product_id, one.low_at, one.was_low, was, one.after, free, version)
