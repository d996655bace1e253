"""What is assumed to be used: a phase's regions and traffic, and the constants that all phases share."""

import json
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("usage.json")
HOURS = 730
DAYS = 365 / 12
SECONDS = DAYS * 86400


@dataclass(frozen=True, slots=True)
class Region:
    """One region as Terraform builds it; `share` of the visits, `available` over three zones."""

    name: str
    share: float
    active: bool
    writes: bool
    available: bool
    database: str
    database_vcpu: int
    readers: int
    valkey: str
    valkey_replicas: int
    search: str


@dataclass(frozen=True, slots=True)
class Phase:
    """A phase under its traffic, a day."""

    name: str
    what: str
    visits: float
    orders: float
    regions: tuple[Region, ...]
    document: str
    document_monthly: float

    def times(self, factor: float) -> "Phase":
        """The same phase with `factor` times the visits and orders."""
        return replace(self, visits=self.visits * factor, orders=self.orders * factor)

    @property
    def writer(self) -> Region:
        return next(region for region in self.regions if region.writes)


@cache
def assumed() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(FILE.read_text())
    return found


def phases() -> list[Phase]:
    return [
        Phase(
            name=name,
            what=said["what"],
            visits=said["visits_a_day"],
            orders=said["orders_a_day"],
            regions=tuple(Region(name=region, **shape) for region, shape in said["regions"].items()),
            document=said["document"]["name"],
            document_monthly=said["document"]["monthly"],
        )
        for name, said in assumed()["phases"].items()
    ]
