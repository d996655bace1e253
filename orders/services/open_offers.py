"""First offers of a shop: each is made once and never touched again, whatever staff make of it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from orders import deals
from orders.models import Coupon, Promotion
from shopcloud.lib import residency


@dataclass(frozen=True, slots=True)
class Offer:
    """A promotion's `terms` by the names of its columns; without a `code` it comes by itself."""

    name: str
    terms: dict[str, Any] = field(default_factory=dict)
    code: str = ""


@residency.atomic()
def open_offers(*, offers: Iterable[Offer]) -> int:
    """Make the offers whose name no promotion has; returns how many were made."""
    made = 0
    for offer in offers:
        promotion, is_new = Promotion.objects.get_or_create(
            name=offer.name, defaults={**offer.terms, "automatic": not offer.code}
        )
        if is_new and offer.code:
            Coupon.objects.create(code=offer.code, promotion=promotion)
        made += is_new
    residency.on_commit(deals.AUTOMATIC.forget)
    return made
