"""What is said of a category goes with it when staff put it elsewhere."""

from catalog.domain import is_within, rebased
from orders import deals
from orders.models import Promotion
from shopcloud.lib import residency


def follow_category(*, old: str, new: str) -> int:
    """Let promotions on the branch `old` reach it at `new` too; returns how many were changed. May be repeated.

    The old paths stay: while products move, some of them are still there.
    """
    changed = 0
    with residency.atomic():
        for promotion in Promotion.objects.select_for_update().filter(scope=Promotion.Scope.CATEGORIES):
            there = [rebased(path, old, new) for path in promotion.targets if is_within(path, old)]
            targets = list(dict.fromkeys([*promotion.targets, *there]))
            if targets != promotion.targets:
                Promotion.objects.filter(pk=promotion.pk).update(targets=targets)
                changed += 1
        residency.on_commit(deals.AUTOMATIC.forget)
    return changed
