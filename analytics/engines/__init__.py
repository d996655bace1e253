"""SQL over the lake. One engine a file; settings choose."""

from functools import cache

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from analytics.engines.base import Answer, BadQuery, LakeEngine
from analytics.engines.duckdb_engine import DuckDBEngine

__all__ = ["Answer", "BadQuery", "LakeEngine", "engine"]

ENGINES: dict[str, type[LakeEngine]] = {"duckdb": DuckDBEngine}


@cache
def engine() -> LakeEngine:
    """The engine that LAKE_ENGINE names."""
    try:
        return ENGINES[settings.LAKE_ENGINE]()
    except KeyError:
        known = ", ".join(sorted(ENGINES))
        raise ImproperlyConfigured(f"LAKE_ENGINE={settings.LAKE_ENGINE!r} is unknown. Use one of {known}.") from None
