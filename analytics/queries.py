"""Reads of the lake."""

import re
from collections.abc import Collection
from typing import Any

from analytics.engines import Answer, BadQuery, engine
from analytics.reports.searches import SearchReport, search_report
from analytics.store import LakeUnavailable

__all__ = ["Answer", "BadQuery", "LakeUnavailable", "SearchReport", "ask_lake", "purchases_of", "search_report"]

MAX_ROWS = 10_000


def ask_lake(sql: str, *, limit: int = MAX_ROWS) -> Answer:
    """One SELECT over `clickstream` and `purchases`; a filter on `year`, `month`, `day` reads only those days' files.

    Raises BadQuery with what is wrong, LakeUnavailable.
    """
    return engine().query(sql, limit=limit)


def purchases_of(order_numbers: Collection[str]) -> list[dict[str, Any]]:
    """What the lake holds of some orders. Reads every day's files: for privacy alone. Raises LakeUnavailable."""
    names = sorted({number for number in order_numbers if re.fullmatch(r"[A-Z0-9-]{1,40}", number)})
    if not names:
        return []
    listed = ", ".join(f"'{name}'" for name in names)
    answer = ask_lake(f"SELECT * FROM purchases WHERE order_number IN ({listed})")  # noqa: S608 - numbers alone
    return [dict(zip(answer.columns, row, strict=True)) for row in answer.rows]
