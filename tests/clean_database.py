"""A database as its migrations leave it, after every test that commits.

Django truncates all tables, makes the permissions anew and leaves nothing of what migrations wrote, which takes a
quarter of a second, some thousand times. Here only the tables that a test has changed are emptied, and those that
began with rows get them back.
"""

from functools import cache

from django.db import connections, transaction
from django.test import TransactionTestCase

KEPT = "as_migrated"
# Columns that PostgreSQL works out by itself cannot be written.
_TABLES = """
    SELECT c.relname, string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum) FILTER (WHERE a.attgenerated = '')
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
        AND c.relname <> 'django_migrations'
    GROUP BY c.relname
"""


def remember(alias: str = "default") -> None:
    """Copy what migrations wrote to a schema of its own, and clean up after tests by it from now on."""
    with transaction.atomic(using=alias), connections[alias].cursor() as cursor:
        cursor.execute(f"DROP SCHEMA IF EXISTS {KEPT} CASCADE")
        cursor.execute(f"CREATE SCHEMA {KEPT}")
        for table in _columns(alias):
            cursor.execute(f'CREATE TABLE {KEPT}."{table}" AS TABLE public."{table}"')
    TransactionTestCase._fixture_teardown = _restore_each


def restore(alias: str = "default") -> None:
    """Make every table what it was when `remember` looked."""
    columns = _columns(alias)
    with transaction.atomic(using=alias), connections[alias].cursor() as cursor:
        cursor.execute(" UNION ALL ".join(map(_changed, columns)))
        changed = [table for (table,) in cursor.fetchall()]
        if not changed:
            return
        # In any order: foreign keys are looked at when all tables are made good.
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        for table in changed:
            cursor.execute(f'DELETE FROM public."{table}"')
            names = columns[table]
            cursor.execute(f'INSERT INTO public."{table}" ({names}) SELECT {names} FROM {KEPT}."{table}"')


def _restore_each(self: TransactionTestCase) -> None:
    for alias in self._databases_names(include_mirrors=False):
        restore(alias)


@cache
def _columns(alias: str) -> dict[str, str]:
    with connections[alias].cursor() as cursor:
        cursor.execute(_TABLES)
        return dict(cursor.fetchall())


def _changed(table: str) -> str:
    now, begun = f'TABLE public."{table}"', f'TABLE {KEPT}."{table}"'
    return f"SELECT '{table}' WHERE EXISTS (({now} EXCEPT ALL {begun}) UNION ALL ({begun} EXCEPT ALL {now}))"
