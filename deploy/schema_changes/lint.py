"""Every migration of the shop's own apps against the rules, but for what the dated baseline accepts."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import migrations
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

from deploy.schema_changes.rules import HARMLESS, Fault, Reading, faults
from shopcloud.lib.patiently import Patiently

BASELINE = Path(__file__).with_name("baseline.json")
SCHEMA_FREE = (migrations.RunPython, migrations.RunSQL)


@dataclass(frozen=True, slots=True)
class Finding:
    """A fault, and where it is."""

    migration: str
    operation: str
    fault: Fault

    def __str__(self) -> str:
        return f"{self.migration}: {self.operation}: {self.fault.says} [{self.fault.rule}]"


def baseline() -> dict[str, Any]:
    """`accepted`: the migrations of `dated`. `excused`: migration -> rule -> the reason why it may."""
    found: dict[str, Any] = json.loads(BASELINE.read_text())
    return found


def findings(known: Mapping[str, Any] | None = None) -> list[Finding]:
    """What is wrong with any migration that is neither accepted nor excused."""
    known = baseline() if known is None else known
    accepted, excused = set(known["accepted"]), known["excused"]
    return [found for found in _all(accepted) if found.fault.rule not in excused.get(found.migration, {})]


def own_migrations() -> Iterator[migrations.Migration]:
    """Those of the shop's own apps, each after what it stands on."""
    loader = MigrationLoader(None)
    installed = {config.label: Path(config.path) for config in apps.get_app_configs()}
    ours = {
        label
        for label, path in installed.items()
        if path.is_relative_to(settings.BASE_DIR) and ".venv" not in path.parts
    }
    seen = set()
    for leaf in sorted(loader.graph.leaf_nodes()):
        for key in loader.graph.forwards_plan(leaf):
            if key not in seen and key[0] in ours:
                yield loader.graph.nodes[key]
            seen.add(key)


def name_of(migration: migrations.Migration) -> str:
    return f"{migration.app_label}.{migration.name}"


def _all(accepted: set[str]) -> Iterator[Finding]:
    loader = MigrationLoader(None)
    for migration in own_migrations():
        if name_of(migration) not in accepted:
            before = loader.project_state((migration.app_label, migration.name), at_end=False)
            yield from read(migration, before)
    yield from _bounded()


def read(migration: migrations.Migration, before: ProjectState) -> Iterator[Finding]:
    """What is wrong with one migration that finds the models as in `before`."""
    name = name_of(migration)
    at = Reading(app=migration.app_label, state=before.clone(), atomic=migration.atomic)
    kinds: set[bool] = set()
    for operation, in_database, in_models in _flat(migration.operations):
        if in_database:
            for fault in faults(operation, at):
                yield Finding(name, operation.describe(), fault)
            kinds.add(isinstance(operation, SCHEMA_FREE))
        if in_models:
            operation.state_forwards(migration.app_label, at.state)
        if isinstance(operation, migrations.CreateModel) and in_database:
            at.made.add(operation.name.lower())
        at.patient |= isinstance(operation, Patiently)
    if migration.atomic and kinds == {True, False} and _touches_old(migration, at):
        says = "Tables stay locked until the data are changed. Put the data into a migration of its own."
        yield Finding(name, "schema and data", Fault("mixed", says))


def _flat(operations: Iterable[Operation]) -> Iterator[tuple[Operation, bool, bool]]:
    """Each operation, and whether the database and the models see it."""
    for operation in operations:
        if isinstance(operation, migrations.SeparateDatabaseAndState):
            yield from ((one, True, False) for one in operation.database_operations)
            yield from ((one, False, True) for one in operation.state_operations)
        else:
            yield operation, True, True


def _touches_old(migration: migrations.Migration, at: Reading) -> bool:
    """Whether a table that was there before is locked."""
    free = (*SCHEMA_FREE, *HARMLESS)
    locking = [one for one, in_database, _ in _flat(migration.operations) if in_database and not isinstance(one, free)]
    return any(not at.is_new(str(getattr(one, "model_name", "") or getattr(one, "name", ""))) for one in locking)


def _bounded() -> Iterator[Finding]:
    """Without a bound, a migration that waits for a lock stops everybody who comes after it."""
    options = settings.DATABASES["default"]["OPTIONS"].get("options", "")
    behind_proxy = "options" not in settings.DATABASES["default"]["OPTIONS"]
    if not behind_proxy and "lock_timeout=" not in options:
        yield Finding(
            "settings", "DATABASES", Fault("lock_timeout", "Bound the wait for a lock: `-c lock_timeout=2000`.")
        )
