"""Reads of the lake."""

from analytics.engines import Answer, BadQuery, engine
from analytics.reports.searches import SearchReport, search_report
from analytics.store import LakeUnavailable

__all__ = ["Answer", "BadQuery", "LakeUnavailable", "SearchReport", "ask_lake", "search_report"]

MAX_ROWS = 10_000


def ask_lake(sql: str, *, limit: int = MAX_ROWS) -> Answer:
    """One SELECT over `clickstream` and `purchases`; a filter on `year`, `month`, `day` reads only those days' files.

    Raises BadQuery with what is wrong, LakeUnavailable.
    """
    return engine().query(sql, limit=limit)
