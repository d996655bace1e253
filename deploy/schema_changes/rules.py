"""What is wrong with one operation, in the words of what to do instead."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.contrib.postgres import operations as postgres
from django.db import connection, migrations, models
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

from shopcloud.lib.audit_triggers import Audit, WriteAudit
from shopcloud.lib.patiently import Patiently

CONCURRENT = (postgres.AddIndexConcurrently, postgres.RemoveIndexConcurrently)
SLOW = (*CONCURRENT, postgres.ValidateConstraint)
# They wait for a short lock at most, or touch no table.
HARMLESS = (
    migrations.AlterModelManagers,
    migrations.AlterModelOptions,
    migrations.AlterModelTableComment,
    migrations.CreateModel,
    migrations.RemoveConstraint,
    migrations.RemoveIndex,
    migrations.RenameIndex,
    postgres.AddConstraintNotValid,
    postgres.CreateCollation,
    postgres.CreateExtension,
    Patiently,
    Audit,
    WriteAudit,
)


@dataclass(frozen=True, slots=True)
class Fault:
    """A rule by its name, and what the author of the migration should do."""

    rule: str
    says: str


@dataclass(slots=True)
class Reading:
    """Where in a migration the reader is: the models before the next operation, and what was made on the way."""

    app: str
    state: ProjectState
    atomic: bool
    made: set[str] = field(default_factory=set)
    patient: bool = False

    def is_new(self, model: str) -> bool:
        """Whether this migration made the table, so that nobody waits for it and nothing is in it."""
        return model.lower() in self.made

    def field_of(self, model: str, name: str) -> Any:
        return self.state.models[self.app, model.lower()].fields[name]


def faults(operation: Operation, at: Reading) -> Iterator[Fault]:
    """What the operation must not do. Knows no exceptions: those are the baseline's."""
    for kind, rule in RULES:
        if isinstance(operation, kind):
            yield from rule(operation, at)
            break
    else:
        if not isinstance(operation, (*HARMLESS, *SLOW)):
            yield Fault("unknown", f"{type(operation).__name__}: see what it locks, then add it to the rules.")
    if isinstance(operation, CONCURRENT) and at.atomic:
        yield Fault("concurrently", "What is done concurrently needs `atomic = False` in its migration.")
    if isinstance(operation, SLOW) and not at.patient:
        yield Fault("patience", "Put `Patiently()` before it: statements end after five seconds otherwise.")


def _contract(operation: Any, at: Reading) -> Iterator[Fault]:
    model = getattr(operation, "model_name", "") or getattr(operation, "old_name", "") or operation.name
    if not at.is_new(model):
        yield Fault(
            "contract",
            "The running release reads this. Take it out of the code, release, then of the database.",
        )


def _add_field(operation: Any, at: Reading) -> Iterator[Fault]:
    if at.is_new(operation.model_name) or operation.field.many_to_many:
        return
    if isinstance(operation.field, models.GeneratedField):
        yield Fault("rewrite", "A stored generated column rewrites the table. Add a plain one and fill it in steps.")
    elif not operation.field.null and not operation.field.has_db_default():
        yield Fault("default", "The running release inserts rows without it: null, or a `db_default`.")
    if operation.field.unique or operation.field.db_index:
        yield Fault("index", "Add it without index and unique, then the index with AddIndexConcurrently.")


def _alter_field(operation: Any, at: Reading) -> Iterator[Fault]:
    if at.is_new(operation.model_name):
        return
    before, after = at.field_of(operation.model_name, operation.name), operation.field
    if not _same_type(before, after):
        yield Fault(
            "rewrite",
            "Another type rewrites the table. Add a second column, fill it in steps, switch.",
        )
    if before.null and not after.null:
        yield Fault("null", "It reads the table under a lock. Add a check as not valid, validate it, then alter.")
    if (after.unique and not before.unique) or (after.db_index and not before.db_index and not after.unique):
        yield Fault("index", "Make the index with AddIndexConcurrently instead.")


def _same_type(before: Any, after: Any) -> bool:
    """Whether PostgreSQL only notes the change: the same type, or a text that may become longer."""
    if _kind(before) == _kind(after):
        return True
    plain = all(isinstance(one, models.CharField | models.TextField) for one in (before, after))
    shorter = after.max_length and (before.max_length or float("inf")) > after.max_length
    return plain and not shorter


def _kind(one: Any) -> tuple[str, ...]:
    target = one.remote_field.model if one.remote_field else None
    if target is None:
        return (str(one.db_type(connection)),)
    return ("to", str(getattr(target, "_meta", target)).lower(), str(one.db_constraint))


def _add_index(operation: Any, at: Reading) -> Iterator[Fault]:
    if not at.is_new(operation.model_name):
        yield Fault(
            "index",
            "It stops writes while it is built. Use AddIndexConcurrently with `atomic = False`.",
        )


def _add_constraint(operation: Any, at: Reading) -> Iterator[Fault]:
    if at.is_new(operation.model_name):
        return
    if isinstance(operation.constraint, models.CheckConstraint):
        yield Fault(
            "constraint",
            "It reads the table under a lock. Use AddConstraintNotValid, then ValidateConstraint.",
        )
    else:
        yield Fault(
            "constraint",
            "It builds its index under a lock. Build one concurrently and say so in the baseline.",
        )


def _unique_together(operation: Any, at: Reading) -> Iterator[Fault]:
    if operation.option_value and not at.is_new(operation.name):
        yield Fault("constraint", "It builds an index under a lock. Use a UniqueConstraint, whose rule says how.")


def _run_python(operation: Any, at: Reading) -> Iterator[Fault]:
    if operation.reverse_code is None:
        yield Fault("reverse", "Say how it is taken back; `migrations.RunPython.noop` where nothing is to be done.")


def _run_sql(operation: Any, at: Reading) -> Iterator[Fault]:
    yield Fault("sql", "SQL is not read here: say in the baseline what it locks, and for how long.")


def _order(operation: Any, at: Reading) -> Iterator[Fault]:
    yield Fault("rewrite", "It adds a filled column and changes how rows are found. Add a plain column instead.")


Rule = Callable[[Any, Reading], Iterator[Fault]]
RULES: tuple[tuple[type[Operation] | tuple[type[Operation], ...], Rule], ...] = (
    ((*CONCURRENT, postgres.AddConstraintNotValid, postgres.CreateExtension), lambda _operation, _at: iter(())),
    (
        (
            migrations.DeleteModel,
            migrations.RemoveField,
            migrations.RenameField,
            migrations.RenameModel,
            migrations.AlterModelTable,
        ),
        _contract,
    ),
    (migrations.AddField, _add_field),
    (migrations.AlterField, _alter_field),
    (migrations.AddIndex, _add_index),
    (migrations.AddConstraint, _add_constraint),
    ((migrations.AlterUniqueTogether, migrations.AlterIndexTogether), _unique_together),
    (migrations.AlterOrderWithRespectTo, _order),
    (migrations.RunPython, _run_python),
    (migrations.RunSQL, _run_sql),
)
