"""Everything that may make a basket cheaper, as it was read for one buyer at one moment."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from orders.pricing.promotions.refusals import Reason
from orders.pricing.promotions.rules import Rule


@dataclass(frozen=True, slots=True)
class HeldCode:
    """A code in a cart. `rule` is None where nobody knows it, or where it cannot be looked up: then `reason` says so.

    `coupon_id` names its row; `is_limited` that its uses are counted.
    """

    code: str
    rule: Rule | None = None
    coupon_id: int | None = None
    reason: Reason | None = None
    is_limited: bool = False


@dataclass(frozen=True, slots=True)
class Deals:
    """`rules` are the automatic ones; `barred` says of a rule's id why it is not for this customer."""

    now: datetime
    rules: tuple[Rule, ...] = ()
    codes: tuple[HeldCode, ...] = ()
    barred: Mapping[int, Reason] = field(default_factory=dict)


NO_DEALS = Deals(now=datetime.min.replace(tzinfo=UTC))
