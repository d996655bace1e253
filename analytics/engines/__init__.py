"""SQL over the lake. One engine a file; settings choose."""

from functools import cache

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string

from analytics.engines.base import Answer, BadQuery, LakeEngine

__all__ = ["Answer", "BadQuery", "LakeEngine", "engine"]

# Named, not loaded: an engine is 60 MB of memory that no web process needs.
ENGINES = {"duckdb": "analytics.engines.duckdb_engine.DuckDBEngine"}


@cache
def engine() -> LakeEngine:
    """The engine that LAKE_ENGINE names."""
    if settings.LAKE_ENGINE not in ENGINES:
        known = ", ".join(sorted(ENGINES))
        raise ImproperlyConfigured(f"LAKE_ENGINE={settings.LAKE_ENGINE!r} is unknown. Use one of {known}.")
    made: LakeEngine = import_string(ENGINES[settings.LAKE_ENGINE])()
    return made
