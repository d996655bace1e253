"""Claims: a migration that would stop the running shop is refused with what to do instead, and no other one is."""

import json
from datetime import date

import pytest
from django.contrib.postgres.operations import (
    AddConstraintNotValid,
    AddIndexConcurrently,
    CreateExtension,
    ValidateConstraint,
)
from django.core.management import CommandError, call_command
from django.db import connection, migrations, models
from django.db.migrations.state import ModelState, ProjectState
from django.db.models.functions import Lower

from deploy.schema_changes import lint
from deploy.schema_changes.lint import baseline, findings, name_of, own_migrations, read
from shopcloud.lib.patiently import Patiently

LAMP = [
    ("id", models.BigAutoField(primary_key=True)),
    ("name", models.CharField(max_length=80)),
    ("watts", models.IntegerField(null=True)),
]
INDEX = models.Index(fields=["name"], name="lamp_by_name")
CHECK = models.CheckConstraint(condition=models.Q(watts__gt=0), name="lamp_shines")
UNIQUE = models.UniqueConstraint(fields=["name"], name="lamp_once")


def nothing(apps, schema_editor):
    """Data that somebody changes."""


def rules(*operations, atomic: bool = True) -> list[str]:
    state = ProjectState()
    state.add_model(ModelState("shop", "Lamp", LAMP))
    state.add_model(ModelState("shop", "Shade", [LAMP[0]]))
    migration = migrations.Migration("0002_change", "shop")
    migration.operations, migration.atomic = list(operations), atomic
    return [found.fault.rule for found in read(migration, state)]


def field(kind=models.IntegerField, **options):
    return migrations.AddField("Lamp", "added", kind(**options))


def altered(name: str, new: models.Field):
    return migrations.AlterField("Lamp", name, new)


REFUSED = [
    (migrations.RemoveField("Lamp", "watts"), "contract"),
    (migrations.RenameField("Lamp", "watts", "power"), "contract"),
    (migrations.RenameModel("Lamp", "Light"), "contract"),
    (migrations.DeleteModel("Lamp"), "contract"),
    (migrations.AlterModelTable("Lamp", "lights"), "contract"),
    (field(default=0), "default"),
    (field(null=True, db_index=True), "index"),
    (field(null=True, unique=True), "index"),
    (field(models.ForeignKey, to="shop.Shade", on_delete=models.PROTECT, null=True), "index"),
    (
        field(models.GeneratedField, expression=Lower("name"), output_field=models.TextField(), db_persist=True),
        "rewrite",
    ),
    (altered("watts", models.BigIntegerField(null=True)), "rewrite"),
    (altered("name", models.CharField(max_length=40)), "rewrite"),
    (altered("watts", models.IntegerField(default=5)), "null"),
    (altered("name", models.CharField(max_length=80, unique=True)), "index"),
    (altered("name", models.CharField(max_length=80, db_index=True)), "index"),
    (migrations.AddIndex("Lamp", INDEX), "index"),
    (migrations.AddConstraint("Lamp", CHECK), "constraint"),
    (migrations.AddConstraint("Lamp", UNIQUE), "constraint"),
    (migrations.AlterUniqueTogether("Lamp", {("name", "watts")}), "constraint"),
    (migrations.AlterOrderWithRespectTo("Lamp", "watts"), "rewrite"),
    (migrations.RunPython(nothing), "reverse"),
    (migrations.RunSQL("UPDATE shop_lamp SET watts = 1", migrations.RunSQL.noop), "sql"),
    (
        migrations.SeparateDatabaseAndState(database_operations=[migrations.RemoveField("Lamp", "watts")]),
        "contract",
    ),
]
FINE = [
    field(null=True),
    field(db_default=0),
    field(models.ForeignKey, to="shop.Shade", on_delete=models.PROTECT, null=True, db_index=False),
    field(models.ManyToManyField, to="shop.Shade"),
    altered("name", models.CharField(max_length=120)),
    altered("name", models.TextField()),
    altered("name", models.CharField(max_length=80, help_text="What it is called", db_default="")),
    altered("watts", models.IntegerField(null=True, choices=[(1, "one")])),
    migrations.RemoveIndex("Lamp", "lamp_by_name"),
    migrations.AlterModelOptions("Lamp", {"ordering": ["name"]}),
    AddConstraintNotValid("Lamp", CHECK),
    CreateExtension("pg_trgm"),
    migrations.RunPython(nothing, migrations.RunPython.noop),
    migrations.SeparateDatabaseAndState(state_operations=[migrations.RemoveField("Lamp", "watts")]),
]


def described(value) -> str:
    return value.describe().replace(" ", "-") if hasattr(value, "describe") else str(value)


@pytest.mark.parametrize(("operation", "rule"), REFUSED, ids=described)
def test_what_locks_rewrites_or_takes_away_is_refused(operation, rule):
    assert rules(operation) == [rule]


@pytest.mark.parametrize("operation", FINE, ids=described)
def test_what_the_running_release_does_not_notice_is_accepted(operation):
    if isinstance(operation, migrations.RemoveIndex):
        with_index = migrations.CreateModel("Bulb", LAMP, {"indexes": [INDEX]})
        assert rules(with_index, migrations.RemoveIndex("Bulb", "lamp_by_name")) == []
    else:
        assert rules(operation) == []


def test_a_table_of_the_same_migration_may_be_treated_at_will():
    bulb = migrations.CreateModel("Bulb", LAMP)
    unique = models.UniqueConstraint(fields=["name"], name="bulb_once")
    added = migrations.AddField("Bulb", "added", models.IntegerField(default=0, db_index=True))
    filled = migrations.RunPython(nothing, nothing)
    assert (
        rules(bulb, added, migrations.AddConstraint("Bulb", unique), migrations.RemoveField("Bulb", "watts"), filled)
        == []
    )


def test_an_index_is_made_concurrently_outside_a_transaction_and_with_patience():
    made = AddIndexConcurrently("Lamp", INDEX)
    assert rules(made) == ["concurrently", "patience"]
    assert rules(made, atomic=False) == ["patience"]
    assert rules(Patiently(), made, atomic=False) == []
    assert rules(AddConstraintNotValid("Lamp", CHECK), ValidateConstraint("Lamp", "lamp_shines"), atomic=False) == [
        "patience"
    ]


def test_tables_are_not_kept_locked_while_data_are_changed():
    changed = migrations.RunPython(nothing, nothing)
    assert rules(field(null=True), changed) == ["mixed"]
    assert rules(field(null=True), changed, atomic=False) == []
    assert rules(migrations.AlterModelOptions("Lamp", {}), changed) == []


def test_an_operation_that_nobody_looked_at_is_refused():
    class Repack(migrations.operations.base.Operation):
        def state_forwards(self, app_label, state):
            """Nothing about the models changes."""

    assert rules(Repack()) == ["unknown"]


# -- the shop's own --------------------------------------------------------------------------------------------


def test_the_shops_migrations_are_accepted_by_a_dated_list_or_without_fault():
    assert [str(found) for found in findings()] == []
    known = baseline()
    assert date.fromisoformat(known["dated"]) == date(2026, 11, 28)
    assert known["accepted"] == sorted(set(known["accepted"]))
    names = {name_of(migration) for migration in own_migrations()}
    assert set(known["accepted"]) - names == set()
    assert {name.partition(".")[0] for name in names} >= {"accounts", "catalog", "orders", "platform"}


def test_without_the_list_the_old_ones_are_refused_and_the_command_fails(monkeypatch, capsys):
    known = {**baseline(), "accepted": []}
    found = findings(known)
    assert {one.fault.rule for one in found} >= {"contract", "default", "index", "constraint", "sql", "mixed"}
    excused = {one.migration: {one.fault.rule: "a test says so"} for one in found if one.fault.rule == "contract"}
    assert not [one for one in findings({**known, "excused": excused}) if one.fault.rule == "contract"]
    monkeypatch.setattr(lint, "baseline", lambda: known)
    with pytest.raises(CommandError, match="findings"):
        call_command("lint_migrations")


def test_an_excuse_names_a_rule_and_a_reason():
    excused = json.loads(lint.BASELINE.read_text())["excused"]
    assert set(excused) <= {name_of(migration) for migration in own_migrations()}
    for reasons in excused.values():
        assert reasons and all(len(reason) > 20 for reason in reasons.values())


def test_settings_without_a_bound_for_locks_are_refused(settings, monkeypatch):
    assert not [one for one in findings() if one.fault.rule == "lock_timeout"]
    monkeypatch.setitem(settings.DATABASES["default"], "OPTIONS", {"options": "-c statement_timeout=5000"})
    assert [one.fault.rule for one in findings()] == ["lock_timeout"]


@pytest.mark.django_db
def test_patience_lifts_the_bounds_of_its_connection_and_no_other():
    with connection.schema_editor() as editor:
        Patiently().database_forwards("shop", editor, ProjectState(), ProjectState())
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('statement_timeout'), current_setting('lock_timeout')")
        assert cursor.fetchone() == ("0", "1min")
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT current_setting('statement_timeout'), current_setting('lock_timeout')")
            assert cursor.fetchone() == ("5s", "2s")
    finally:
        other.close()


def test_make_check_runs_the_linter():
    makefile = (lint.BASELINE.parents[2] / "Makefile").read_text()
    assert "manage.py lint_migrations" in makefile
    assert "migrations" in makefile.split("check:")[1].splitlines()[0]
