"""SQL at a price a sale can pay: each statement is worked out once, and PostgreSQL keeps its plan.

Placing an order and paying it take some twenty statements on single rows. Having the ORM compile them anew costs more
than PostgreSQL takes to answer, and a third of what that takes is parsing and planning. These have placeholders of
PostgreSQL's own (`$1`), so that psycopg has nothing to rewrite, and are prepared on a connection that asks for one
often (`prepare_threshold` in the settings; behind RDS Proxy they are not).

Values and rows are the ORM's: they go through the fields' own preparation and come back as models.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any, TypeVar, cast

from django.db import NotSupportedError
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import (
    AutoField,
    BooleanField,
    CharField,
    DateTimeField,
    Field,
    ForeignKey,
    IntegerField,
    Model,
    TextField,
)
from django.db.models.expressions import DatabaseDefault
from psycopg import RawCursor
from psycopg.adapt import PyFormat
from psycopg.types.numeric import Int8Dumper

from shopcloud.lib import residency, tracing

M = TypeVar("M", bound=Model)
# Values of just these types are stored as they are in such fields. Most of a sale's are.
_PLAIN: dict[type, type] = {
    CharField: str,
    TextField: str,
    BooleanField: bool,
    IntegerField: int,
    DateTimeField: datetime,
}

# Where a field converts what it stores.
_STEPS = ("pre_save", "get_prep_value", "get_db_prep_value", "get_db_prep_save")


class _Cursor(RawCursor[Any]):
    def _send_query_prepared(self, name: bytes, pgq: Any, *, binary: bool | None = None) -> None:
        # psycopg forgets what a prepared statement says, which Django's list of queries wants to know.
        self._query = pgq
        super()._send_query_prepared(name, pgq, binary=binary)


def run(statement: str, parameters: Sequence[Any]) -> list[tuple[Any, ...]]:
    """The rows that a statement with `$1`, `$2` answers, in the home that we are in."""
    with _executed(statement, parameters) as cursor:
        return cast("list[tuple[Any, ...]]", cursor.fetchall())


def insert(*rows: Model) -> None:
    """Store new rows of one model in one statement, and give each the key it got. No signal is sent.

    Raises TypeError where a field holds an expression: that needs `save()`.
    """
    if not rows:
        return
    model = type(rows[0])
    connection = residency.connection()
    parameters = [_value(field, row, connection, add=True) for row in rows for field in _written(model)]
    for row, (key,) in zip(rows, run(_insert(model, len(rows)), parameters), strict=True):
        row.pk = key
        row._state.adding, row._state.db = False, connection.alias


def select(model: type[M], *, order_by: str = "", lock: bool = False, **equal: Any) -> list[M]:
    """The rows whose columns equal these; None, as in SQL, equals nothing. `order_by` is a column, `-attempt` for the
    last first.

    `lock` takes the rows FOR UPDATE. Raises RuntimeError outside of a transaction, which would hold none.
    """
    connection = residency.connection()
    if lock and not connection.in_atomic_block:
        raise RuntimeError("Rows are locked until the transaction ends, so there must be one.")
    # A flag is part of the statement: its partial index would be out of reach of a plan that holds for both.
    flags = {name: value for name, value in equal.items() if isinstance(value, bool)}
    compared = {name: value for name, value in equal.items() if name not in flags}
    parameters = [_compared(model._meta.get_field(name), value, connection) for name, value in compared.items()]
    names, readers = _read(model)
    found = []
    for values in run(_select(model, tuple(compared), tuple(flags.items()), order_by, lock), parameters):
        row: Any = list(values)
        for place, reader in readers:
            row[place] = reader(row[place], None, connection)
        found.append(model.from_db(connection.alias, names, row))
    return found


def move(row: Model, field: str, *, origins: Collection[str] | None, changes: Mapping[str, Any]) -> bool:
    """Change columns of the row if `field` still has one of `origins`; False if the race was lost. Then `row` has them.

    Without `origins` the row is changed however it stands. Raises TypeError where a value is an expression. Whatever
    is raised, `row` is as it was.
    """
    connection, model = residency.connection(), type(row)
    condition = [] if origins is None else [[str(origin) for origin in origins]]
    statement = _update(model, tuple(changes), "" if origins is None else field)
    kept, moved = {name: getattr(row, name) for name in changes}, False
    try:
        _set(row, changes)
        parameters = [_value(_field(model, name), row, connection) for name in changes]
        moved = bool(run(statement, [*parameters, row.pk, *condition]))
    finally:
        if not moved:
            _set(row, kept)
    return moved


def attach(owner: Model, name: str, rows: list[Any]) -> None:
    """Let `owner.<name>.all()` answer these rows, as after `prefetch_related`."""
    relation = type(owner)._meta.get_field(name)
    for row in rows:
        setattr(row, relation.field.name, owner)  # type: ignore[union-attr]
    found = getattr(owner, name).get_queryset()
    found._result_cache, found._prefetch_done = rows, True
    owner.__dict__.setdefault("_prefetched_objects_cache", {})[name] = found


def _executed(statement: str, parameters: Sequence[Any]) -> Any:
    connection = residency.connection()
    try:
        return _sent(connection, statement, parameters)
    except NotSupportedError:
        # A migration gave a column another type, and the plan is of the old one. A transaction is over by that, and
        # its rollback forgets all plans; anything else begins anew, in the same session, which may hold a lock.
        if connection.in_atomic_block:
            raise
        with connection.cursor() as cursor:
            cursor.execute("DEALLOCATE ALL")
        return _sent(connection, statement, parameters)


def _sent(connection: BaseDatabaseWrapper, statement: str, parameters: Sequence[Any]) -> Any:
    # As Django does for a cursor of its own: what died since the last request is replaced.
    connection.close_if_health_check_failed()
    connection.ensure_connection()
    driver = connection.connection
    # By its type: what is registered is replaced by the same thing in C.
    if driver.adapters.get_dumper(int, PyFormat.AUTO).oid != Int8Dumper.oid:
        # Every whole number is a bigint: one statement would else be prepared for each mixture of sizes.
        driver.adapters.register_dumper(int, Int8Dumper)
    # Django's own wrapping: its errors, its hooks, and the list of queries that tests count.
    cursor = connection._prepare_cursor(tracing.traced(_Cursor)(driver))  # type: ignore[attr-defined]
    cursor.execute(statement, parameters)
    return cursor


def _value(field: "Field[Any, Any]", row: Model, connection: BaseDatabaseWrapper, *, add: bool = False) -> Any:
    held = getattr(row, field.attname)
    plain = _plain(field)
    if plain is not None and (held is None or type(held) is plain):
        return held
    if isinstance(held, DatabaseDefault):
        # Said here, it need not be asked back from the database.
        setattr(row, field.attname, held := field.db_default)
    if hasattr(held, "resolve_expression"):
        raise TypeError(f"{field} is to hold an expression. Store the row with save().")
    return field.get_db_prep_save(field.pre_save(row, add=add), connection)


def _set(row: Model, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        setattr(row, name, value)


@cache
def _plain(field: "Field[Any, Any]") -> type | None:
    """What a value has to be to be stored in this field as it is; None where a field has the last word on each."""
    if getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False):
        return None
    target = type(field.target_field if isinstance(field, ForeignKey) else field)
    kind = next((kind for kind in _PLAIN if issubclass(target, kind)), None)
    # A field of our own may write something else than it holds: a secret, sealed.
    converts = any(getattr(target, step) is not getattr(kind, step, None) for step in _STEPS)
    return None if kind is None or converts else _PLAIN[kind]


def _compared(field: Any, value: Any, connection: BaseDatabaseWrapper) -> Any:
    return value if type(value) is _plain(field) else field.get_db_prep_value(value, connection)


def _field(model: type[Model], name: str) -> "Field[Any, Any]":
    return cast("Field[Any, Any]", model._meta.get_field(name))


@cache
def _written(model: type[Model]) -> "tuple[Field[Any, Any], ...]":
    """The columns to write; a key that the database counts up is its own business."""
    fields = model._meta.concrete_fields
    return tuple(field for field in fields if not field.generated and not isinstance(field, AutoField))


@cache
def _read(model: type[Model]) -> tuple[list[str], list[tuple[int, Any]]]:
    """The columns' names, and what turns some of them into Python's values, by place."""
    fields = model._meta.concrete_fields
    readers = [(n, field.from_db_value) for n, field in enumerate(fields) if hasattr(field, "from_db_value")]
    return [field.attname for field in fields], readers


def _quoted(name: Any) -> str:
    return residency.connection().ops.quote_name(str(name))


@cache
def _insert(model: type[Model], rows: int) -> str:
    fields = _written(model)
    columns, many = ", ".join(_quoted(field.column) for field in fields), len(fields)
    values = (f"({', '.join(f'${row * many + n}' for n in range(1, many + 1))})" for row in range(rows))
    table, key = _quoted(model._meta.db_table), _quoted(model._meta.pk.column)
    return f"INSERT INTO {table} ({columns}) VALUES {', '.join(values)} RETURNING {key}"  # noqa: S608 - our own names


@cache
def _select(
    model: type[Model], names: tuple[str, ...], flags: tuple[tuple[str, bool], ...], order_by: str, lock: bool
) -> str:
    conditions = [f"{_quoted(_field(model, name).column)} = ${n}" for n, name in enumerate(names, 1)]
    conditions += [f"{_quoted(_field(model, name).column)} = {value}" for name, value in flags]
    columns = ", ".join(_quoted(field.column) for field in model._meta.concrete_fields)
    order = f" ORDER BY {_quoted(_field(model, order_by.lstrip('-')).column)}" if order_by else ""
    ending = order + (" DESC" if order_by.startswith("-") else "") + (" FOR UPDATE" if lock else "")
    table = _quoted(model._meta.db_table)
    return f"SELECT {columns} FROM {table} WHERE {' AND '.join(conditions)}{ending}"  # noqa: S608 - our own names


@cache
def _update(model: type[Model], names: tuple[str, ...], field: str) -> str:
    changes = ", ".join(f"{_quoted(_field(model, name).column)} = ${n}" for n, name in enumerate(names, 1))
    key, place = _quoted(model._meta.pk.column), len(names) + 1
    condition = f" AND {_quoted(_field(model, field).column)} = ANY(${place + 1})" if field else ""
    table = _quoted(model._meta.db_table)
    return f"UPDATE {table} SET {changes} WHERE {key} = ${place}{condition} RETURNING {key}"  # noqa: S608 - our own names
