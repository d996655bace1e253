"""A phase's bill, and what can be asked of it."""

from collections import defaultdict
from dataclasses import dataclass

from deploy.cost import regional, shared
from deploy.cost.line import Line
from deploy.cost.prices import prices
from deploy.cost.usage import DAYS, Phase

FACTORS = (1, 2, 10)


@dataclass(frozen=True, slots=True)
class Bill:
    """A month of a phase, in US dollars."""

    phase: Phase
    lines: tuple[Line, ...]

    @property
    def total(self) -> float:
        return sum(line.usd for line in self.lines)

    @property
    def per_order(self) -> float:
        return self.total / (self.phase.orders * DAYS)

    def by_service(self) -> dict[str, float]:
        """Each service's part, the largest first."""
        sums: dict[str, float] = defaultdict(float)
        for line in self.lines:
            sums[line.service] += line.usd
        return dict(sorted(sums.items(), key=lambda item: -item[1]))

    @property
    def from_memory(self) -> float:
        """How much of the total hangs on prices that were not looked up."""
        return sum(line.usd for line in self.lines if prices()[line.price].verified == "memory")


def bill(phase: Phase) -> Bill:
    found = [line for region in phase.regions for line in regional.lines(phase, region)]
    return Bill(phase, (*found, *shared.lines(phase)))


def saved_by_ageing(phase: Phase) -> dict[str, float]:
    """What the lifecycle rules take off a month, against everything staying where it was put."""
    rate = {name: price.usd for name, price in prices().items()}
    standard = rate["s3-standard-gb-month"]
    _, middle, old = shared.originals(phase)
    aged = middle * (standard - rate["s3-infrequent-gb-month"]) + old * (standard - rate["s3-deep-archive-gb-month"])
    shown = sum(line.quantity for line in shared.lines(phase) if line.what.startswith("renditions nobody"))
    month = shared.lake_gb_a_month(phase)
    return {
        "originals, at 30 and 90 days": aged,
        "renditions nobody opens": shown * (standard - rate["s3-infrequent-gb-month"]),
        "the lake at 90 days, after a year": month * 9 * (standard - rate["s3-glacier-gb-month"]),
        "the lake at 90 days, after seven years": month * 81 * (standard - rate["s3-glacier-gb-month"]),
    }
