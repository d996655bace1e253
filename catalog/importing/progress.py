"""How far an import is: percent, products a second, time left."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from catalog.models import ProductImport


@dataclass(frozen=True, slots=True)
class Progress:
    """`rate` in products a second, 0.0 until some are done; `left` is None while nobody can say."""

    percent: int
    rate: float
    left: timedelta | None
    running: bool


def progress_of(row: ProductImport, *, now: datetime) -> Progress:
    running = row.state == ProductImport.State.CONFIRMED and not row.is_stuck
    until = row.finished_at or now
    seconds = (until - row.confirmed_at).total_seconds() if row.confirmed_at else 0.0
    rate = row.products_done / seconds if seconds > 0 else 0.0
    due = row.products - row.products_done
    left = timedelta(seconds=round(due / rate)) if running and rate and due > 0 else None
    return Progress(row.percent, round(rate, 1), left, running)
