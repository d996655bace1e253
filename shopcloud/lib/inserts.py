"""INSERT at a price a sale can pay: the statement of a table is worked out once and kept.

Placing an order writes a dozen rows, and having the ORM compile their statements anew costs more than PostgreSQL takes
to store them. Values go through the fields' own preparation, so a row is what `save()` would write.
"""

from functools import cache
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import AutoField, BooleanField, CharField, Field, Model, TextField
from django.db.models.expressions import DatabaseDefault

from shopcloud.lib import residency

_PLAIN, _PLAIN_FIELDS = (str, bool), (CharField, TextField, BooleanField)


def insert(*rows: Model) -> None:
    """Store new rows of one model in one statement, and give each the key it got. No signal is sent.

    Raises TypeError where a field holds an expression: that needs `save()`.
    """
    if not rows:
        return
    model = type(rows[0])
    connection = residency.connection()
    parameters = [_value(field, row, connection) for row in rows for field in _fields(model)]
    with connection.cursor() as cursor:
        cursor.execute(_statement(model, len(rows)), parameters)
        keys: list[Any] = cursor.fetchall()
    for row, (key,) in zip(rows, keys, strict=True):
        row.pk = key
        row._state.adding, row._state.db = False, connection.alias


def _value(field: "Field[Any, Any]", row: Model, connection: BaseDatabaseWrapper) -> Any:
    held = getattr(row, field.attname)
    # Two thirds of a sale's values are texts and flags, which are stored as they are.
    if type(held) in _PLAIN and isinstance(field, _PLAIN_FIELDS):
        return held
    if isinstance(held, DatabaseDefault):
        # Said here, it need not be asked back from the database.
        setattr(row, field.attname, held := field.db_default)
    if hasattr(held, "resolve_expression"):
        raise TypeError(f"{field} of a new row is an expression. Store the row with save().")
    return field.get_db_prep_save(field.pre_save(row, add=True), connection)


@cache
def _fields(model: type[Model]) -> "tuple[Field[Any, Any], ...]":
    """The columns to write; a key that the database counts up is its own business."""
    fields = model._meta.concrete_fields
    return tuple(field for field in fields if not field.generated and not isinstance(field, AutoField))


@cache
def _statement(model: type[Model], rows: int) -> str:
    quote = residency.connection().ops.quote_name
    columns = ", ".join(quote(str(field.column)) for field in _fields(model))
    row = f"({', '.join('%s' for _ in _fields(model))})"
    values = ", ".join([row] * rows)
    key = quote(str(model._meta.pk.column))
    table = quote(model._meta.db_table)
    return f"INSERT INTO {table} ({columns}) VALUES {values} RETURNING {key}"  # noqa: S608 - names of our own columns
