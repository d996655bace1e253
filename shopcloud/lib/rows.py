"""Rows of the database as people may read them: names and plain values, ready for JSON."""

from collections.abc import Collection
from typing import Any

from django.db.models import QuerySet


def rows_of(found: "QuerySet[Any]", *, without: Collection[str] = ()) -> list[dict[str, Any]]:
    """Every column of the rows but those named in `without`, in one query."""
    names = [field.attname for field in found.model._meta.concrete_fields if field.attname not in without]
    return list(found.order_by("pk").values(*names))
