"""Which promotions a basket gets.

The rule, the same for every basket: promotions that stack apply one after the other, the higher priority first (the
older one where equal), each on what the ones before left. An exclusive promotion applies alone. The buyer gets
whichever saves most: all stacking ones together, or one exclusive one; where equal, the stacking ones, then the
exclusive one of higher priority, then the older one.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from orders.pricing.promotions.basket import Basket
from orders.pricing.promotions.deals import Deals, HeldCode
from orders.pricing.promotions.reduction import Reduction
from orders.pricing.promotions.refusals import Reason, Refused
from orders.pricing.promotions.rules import Left, Rule, taken_off
from shopcloud.lib.money import Money


@dataclass(frozen=True, slots=True)
class Applied:
    """What one promotion takes off: each line's part in the basket's order, and delivery's, in minor units."""

    rule: Rule
    code: HeldCode | None
    lines: tuple[int, ...]
    shipping: int

    @property
    def amount(self) -> int:
        """Off the goods."""
        return sum(self.lines)


@dataclass(frozen=True, slots=True)
class Discounts:
    """What a basket gets: `lines` and `shipping` sum over the promotions, `refused` are codes that do not count."""

    applied: tuple[Applied, ...]
    refused: tuple[Refused, ...]
    lines: tuple[int, ...]
    shipping: int

    @property
    def amount(self) -> int:
        return sum(self.lines)

    @property
    def saved(self) -> int:
        return self.amount + self.shipping

    def shown(self, currency: str) -> list[Reduction]:
        """What applied, by name."""
        return [
            Reduction(
                one.rule.name,
                one.code.code if one.code else "",
                Money(one.amount, currency),
                Money(one.shipping, currency),
            )
            for one in self.applied
        ]


NO_DISCOUNTS = Discounts((), (), (), 0)


def apply(basket: Basket, deals: Deals) -> Discounts:
    """The promotions the basket gets, and why each code that does not count does not."""
    candidates, refused = _candidates(basket, deals)
    candidates.sort(key=lambda pair: (-pair[0].priority, pair[0].rule_id))
    chosen = _best(basket, candidates)
    return Discounts(
        applied=tuple(one for one in chosen if one.amount or one.shipping),
        refused=tuple(_in_order(deals, [*refused, *_left_out(candidates, chosen)])),
        lines=tuple(sum(parts) for parts in zip(*(one.lines for one in chosen), strict=True))
        or (0,) * len(basket.lines),
        shipping=sum(one.shipping for one in chosen),
    )


Candidate = tuple[Rule, HeldCode | None]


def _candidates(basket: Basket, deals: Deals) -> tuple[list[Candidate], list[Refused]]:
    """The promotions the basket qualifies for, and the codes it does not."""
    found: list[Candidate] = [(r, None) for r in deals.rules if _hindrance(r, basket, deals, "") is None]
    taken = {rule.rule_id: rule for rule, _code in found}
    refused = []
    for held in deals.codes:
        if held.rule is None or held.reason is not None:
            refused.append(Refused(held.code, held.reason or Reason.UNKNOWN))
            continue
        hindrance = _hindrance(held.rule, basket, deals, held.code)
        if hindrance is None and held.rule.rule_id in taken:
            hindrance = Refused(held.code, Reason.NOT_COMBINABLE, instead=held.rule.name)
        if hindrance is not None:
            refused.append(hindrance)
            continue
        taken[held.rule.rule_id] = held.rule
        found.append((held.rule, held))
    return found, refused


def _hindrance(rule: Rule, basket: Basket, deals: Deals, code: str) -> Refused | None:
    """Why the basket does not qualify; None where it does."""
    missing = rule.minimum(basket.currency) - basket.subtotal
    hindrances = {
        Reason.EXPIRED: rule.ends_at is not None and rule.ends_at <= deals.now,
        Reason.NOT_YET: rule.starts_at is not None and deals.now < rule.starts_at,
        Reason.USED_UP: rule.is_used_up,
        deals.barred.get(rule.rule_id, Reason.USED_BY_YOU): rule.rule_id in deals.barred,
        Reason.NOT_HERE: not rule.is_for(basket),
        Reason.NOT_FOR_THESE: not any(rule.reaches(line) for line in basket.lines),
        Reason.MINIMUM: missing > 0,
    }
    reason = next((reason for reason, stands in hindrances.items() if stands), None)
    if reason is None:
        return None
    return Refused(
        code,
        reason,
        missing=Money(missing, basket.currency) if reason is Reason.MINIMUM else None,
        starts_at=rule.starts_at if reason is Reason.NOT_YET else None,
    )


def _best(basket: Basket, candidates: Sequence[Candidate]) -> list[Applied]:
    stack = _in_turn(basket, [pair for pair in candidates if not pair[0].is_exclusive])
    alone = [_in_turn(basket, [pair]) for pair in candidates if pair[0].is_exclusive]
    # max keeps the first of equals, and the candidates come in their order.
    return max([stack, *alone], key=lambda way: sum(one.amount + one.shipping for one in way))


def _in_turn(basket: Basket, candidates: Sequence[Candidate]) -> list[Applied]:
    """Each on what the ones before left."""
    left = Left(tuple(line.total for line in basket.lines), basket.shipping)
    applied = []
    for rule, code in candidates:
        off = taken_off(rule, basket, left)
        left = Left(
            tuple(rest - part for rest, part in zip(left.lines, off.lines, strict=True)), left.shipping - off.shipping
        )
        applied.append(Applied(rule, code, off.lines, off.shipping))
    return applied


def _left_out(candidates: Sequence[Candidate], chosen: Sequence[Applied]) -> list[Refused]:
    """Codes the basket qualifies for that came to nothing: another way saves more, or nothing was left for them."""
    saving = {one.rule.rule_id: one.amount + one.shipping for one in chosen}
    winner = next((one.rule.name for one in chosen if saving[one.rule.rule_id]), "")
    refused = []
    for rule, code in candidates:
        if code is None or saving.get(rule.rule_id):
            continue
        if rule.rule_id in saving or not winner:
            refused.append(Refused(code.code, Reason.NOTHING_TO_TAKE_OFF))
        else:
            refused.append(Refused(code.code, Reason.NOT_COMBINABLE, instead=winner))
    return refused


def _in_order(deals: Deals, refused: list[Refused]) -> list[Refused]:
    """As the buyer entered them."""
    entered = [held.code for held in deals.codes]
    return sorted(refused, key=lambda one: entered.index(one.code))
