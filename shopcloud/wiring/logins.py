"""Logins of the orders' database that take turns: a new password disturbs nobody (deploy/lambdas/rotate_secret).

All tables belong to one role that nobody logs in as. The logins are its members and become it as they come in: what
one of them makes is everybody's, and each may do all that the others may.
"""

from urllib.parse import SplitResult, unquote, urlsplit

import psycopg
import redis
from psycopg import sql

OWNER = "shopcloud_owner"
WAIT_SECONDS = 5


class LoginRefused(Exception):
    """The new login does not reach what the shop needs; str() says what."""


def open_login(admin: str, wanted: str) -> None:
    """Have the database let in the login of the address `wanted`. May be repeated.

    `admin` may make roles and owns the tables, or did so before this was called first.
    """
    login = urlsplit(wanted)
    user = unquote(login.username or "")
    with psycopg.connect(admin, connect_timeout=WAIT_SECONDS) as connection:
        _hand_over(connection)
        if not _exists(connection, user):
            connection.execute(_sql("CREATE ROLE {} LOGIN IN ROLE {}", user, OWNER))
            connection.execute(_sql("ALTER ROLE {} SET role TO {}", user, OWNER))
        connection.execute(
            sql.SQL("ALTER ROLE {} PASSWORD {}").format(sql.Identifier(user), _verifier(connection, login))
        )


def _verifier(connection: psycopg.Connection, login: SplitResult) -> sql.Literal:
    """What the server is to keep: the password itself is not said, and so stands in no log."""
    password, user = unquote(login.password or ""), unquote(login.username or "")
    return sql.Literal(connection.pgconn.encrypt_password(password.encode(), user.encode(), b"scram-sha-256").decode())


def _hand_over(connection: psycopg.Connection) -> None:
    """What the administrator made is the owner's from now on, and the administrator's as its member.

    Each time, since a task that came in as the administrator may have migrated in between.
    """
    if not _exists(connection, OWNER):
        connection.execute(_sql("CREATE ROLE {} NOLOGIN", OWNER))
        connection.execute(_sql("GRANT {} TO CURRENT_USER WITH INHERIT TRUE, SET TRUE", OWNER))
        connection.execute(_sql("GRANT USAGE, CREATE ON SCHEMA public TO {}", OWNER))
    connection.execute(_sql("REASSIGN OWNED BY CURRENT_USER TO {}", OWNER))


def _exists(connection: psycopg.Connection, role: str) -> bool:
    return connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone() is not None


def _sql(text: str, *names: str) -> sql.Composed:
    return sql.SQL(text).format(*map(sql.Identifier, names))  # type: ignore[arg-type]


def try_login(address: str) -> None:
    """Come in as a process would. Raises LoginRefused."""
    if urlsplit(address).scheme.startswith("postgres"):
        _try_database(address)
    else:
        _try_valkey(urlsplit(address))


def _try_database(address: str) -> None:
    try:
        with psycopg.connect(address, connect_timeout=WAIT_SECONDS) as connection:
            foreign = connection.execute(
                "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
                " AND NOT pg_has_role(current_user, tableowner, 'USAGE') ORDER BY 1"
            ).fetchall()
            row = connection.execute("SELECT current_user").fetchone()
    except psycopg.OperationalError as error:
        raise LoginRefused(f"The database does not let the new login in: {type(error).__name__}.") from None
    if foreign or row != (OWNER,):
        raise LoginRefused(f"The new login is {row}, and may not use {[name for (name,) in foreign]}.")


def _try_valkey(parts: SplitResult) -> None:
    """Any node of a cluster knows the token."""
    store = redis.Redis(
        host=parts.hostname or "",
        port=parts.port or 6379,
        password=unquote(parts.password or ""),
        ssl=parts.scheme.startswith("rediss"),
        socket_timeout=WAIT_SECONDS,
    )
    try:
        with store:
            store.ping()
    except redis.RedisError as error:
        raise LoginRefused(f"Valkey does not take the new token: {type(error).__name__}.") from None
