"""The dated price table, checked as it is read."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FILE = Path(__file__).with_name("prices.json")


@dataclass(frozen=True, slots=True)
class Price:
    """US dollars for one unit on `date`; `verified` says whether `source` was read then or is from memory."""

    id: str
    usd: float
    unit: str
    resources: tuple[str, ...]
    source: str
    verified: str
    date: str


@cache
def prices() -> dict[str, Price]:
    rows = json.loads(FILE.read_text())["prices"]
    return {row["id"]: Price(**{**row, "resources": tuple(row["resources"])}) for row in rows}
