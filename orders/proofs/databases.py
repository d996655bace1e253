"""Scratch databases: one migrated model, and a fresh copy of it for every run, so that runs leave each other alone."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.management import call_command
from django.db import connection, connections
from psycopg import sql

from shopcloud.lib.guards import THROWAWAY, NotThrowaway


def use(name: str) -> None:
    """Let this process, all of its threads, work on the database `name` from now on. Raises NotThrowaway."""
    if not name.startswith(THROWAWAY):
        raise NotThrowaway(name)
    connections.close_all()
    connections.settings["default"]["NAME"] = name
    connection.settings_dict["NAME"] = name


@contextmanager
def patient_cursor() -> Iterator[Any]:
    """A cursor that waits: a database is made and dropped with a checkpoint, which takes a busy disk its time."""
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = '90s'; SET lock_timeout = '90s'")
        try:
            yield cursor
        finally:
            cursor.execute("RESET statement_timeout; RESET lock_timeout")


def make_model(home: str) -> str:
    """The migrated database that is copied for every run; returns its name."""
    model = f"{home}_model"
    with _at(home), patient_cursor() as cursor:
        cursor.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(model)))
    with _at(model), patient_cursor():
        call_command("migrate", interactive=False, verbosity=0)
    return model


def copy(home: str, *, model: str, name: str) -> str:
    """A new database that equals the model."""
    with _at(home), patient_cursor() as cursor:
        cursor.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(model)))
    return name


def drop(home: str, *, name: str) -> None:
    """Drop a run's database, and whatever still holds it open."""
    with _at(home), patient_cursor() as cursor:
        cursor.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def drop_constraint(name: str) -> None:
    """Take a CHECK, a UNIQUE constraint or a unique index away from the database in use. Raises NoSuchConstraint."""
    if not str(connection.settings_dict["NAME"]).startswith(THROWAWAY):
        raise NotThrowaway(connection.settings_dict["NAME"])
    with connection.cursor() as cursor:
        cursor.execute("SELECT conrelid::regclass::text FROM pg_constraint WHERE conname = %s", [name])
        found = cursor.fetchone()
        if found:
            table, constraint = sql.SQL(found[0]), sql.Identifier(name)
            cursor.execute(sql.SQL("ALTER TABLE {} DROP CONSTRAINT {}").format(table, constraint))
            return
        cursor.execute("SELECT 1 FROM pg_class WHERE relname = %s AND relkind = 'i'", [name])
        if cursor.fetchone() is None:
            raise NoSuchConstraint(name)
        cursor.execute(sql.SQL("DROP INDEX {}").format(sql.Identifier(name)))


class NoSuchConstraint(LookupError):
    def __str__(self) -> str:
        return f"There is no constraint or index {self.args[0]} to drop: has it been renamed?"


@contextmanager
def _at(name: str) -> Iterator[None]:
    """Work on `name` and let go of it: a database with a session on it can be neither copied nor dropped."""
    use(name)
    try:
        yield
    finally:
        connections.close_all()
