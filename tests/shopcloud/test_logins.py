"""Two logins take turns on a real PostgreSQL; who makes them is no superuser, since RDS has none."""

import io
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import psycopg
import pytest
from django.core.management import CommandError, call_command

from deploy.lambdas.rotate_secret.address import LOGINS
from deploy.local.state import State
from shopcloud.lib import aws
from shopcloud.wiring import logins
from tests.engines import VAR, WORKER

ADMIN, BLUE, GREEN = f"admin_{WORKER}", f"blue_{WORKER}", f"green_{WORKER}"


def address(user: str, password: str) -> str:
    place = urlsplit(os.environ["DATABASE_URL"]).netloc.rpartition("@")[2]
    return f"postgres://{user}:{password}@{place}/logins_{WORKER}"


@pytest.fixture
def admin(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The administrator's address: a database with tables of an earlier release, which it owns."""
    owner = f"owner_{WORKER}"
    monkeypatch.setattr(logins, "OWNER", owner)
    place = urlsplit(os.environ["DATABASE_URL"]).netloc.rpartition("@")[2]
    secret = State(VAR).secret("postgres_admin")
    with psycopg.connect(f"postgres://postgres:{secret}@{place}/postgres", autocommit=True) as superuser:
        _forget(superuser, owner)
        superuser.execute(f"CREATE ROLE {ADMIN} LOGIN CREATEROLE CREATEDB PASSWORD 'first'")
        superuser.execute(f"CREATE DATABASE logins_{WORKER} OWNER {ADMIN}")
        with psycopg.connect(address(ADMIN, "first")) as connection:
            connection.execute("CREATE TABLE orders (number text PRIMARY KEY)")
            connection.execute(
                "CREATE TABLE lines (id bigint GENERATED ALWAYS AS IDENTITY, number text REFERENCES orders)"
            )
        yield address(ADMIN, "first")
        _forget(superuser, owner)


def _forget(superuser: psycopg.Connection, owner: str) -> None:
    superuser.execute(f"DROP DATABASE IF EXISTS logins_{WORKER} WITH (FORCE)")
    for role in (BLUE, GREEN, *LOGINS, owner, ADMIN):
        superuser.execute(f"DROP ROLE IF EXISTS {role}")


def buys(at: str, number: str) -> None:
    with psycopg.connect(at, connect_timeout=5) as connection:
        connection.execute("INSERT INTO orders VALUES (%s)", [number])
        connection.execute("INSERT INTO lines (number) VALUES (%s)", [number])


def test_a_new_login_may_all_that_the_administrator_may_and_owns_nothing_alone(admin: str):
    blue = address(BLUE, "one")
    logins.open_login(admin, blue)
    logins.try_login(blue)
    buys(blue, "SC-1")
    with psycopg.connect(blue) as connection:
        connection.execute("ALTER TABLE orders ADD COLUMN noted text")
        connection.execute("CREATE TABLE notes (id bigint)")
        found = connection.execute("SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'public'").fetchall()
    assert found == [(logins.OWNER,)]
    buys(admin, "SC-2")


def test_who_knows_the_old_password_goes_on_while_the_other_login_gets_a_new_one(admin: str):
    """A shop that buys all the time, through two changes of the login: no purchase fails."""
    blue, green = address(BLUE, "one"), address(GREEN, "two")
    logins.open_login(admin, blue)
    with ThreadPoolExecutor(1) as pool, psycopg.connect(blue, autocommit=True) as standing:
        running = True

        def shop() -> int:
            count = 0
            while running:
                buys(blue, f"SC-{count}")
                count += 1
            return count

        bought = pool.submit(shop)
        logins.open_login(admin, green)
        logins.try_login(green)
        logins.open_login(admin, address(GREEN, "three"))
        running = False
        assert bought.result() > 0
        assert standing.execute("SELECT count(*) FROM orders").fetchone() == (bought.result(),)


def test_a_login_that_is_its_turn_again_forgets_its_old_password(admin: str):
    logins.open_login(admin, address(BLUE, "one"))
    logins.open_login(admin, address(BLUE, "two"))
    logins.try_login(address(BLUE, "two"))
    with pytest.raises(logins.LoginRefused, match="does not let the new login in"):
        logins.try_login(address(BLUE, "one"))


def test_what_was_migrated_as_the_administrator_in_between_is_everybodys_after_the_next_turn(admin: str):
    logins.open_login(admin, address(BLUE, "one"))
    with psycopg.connect(admin) as connection:
        connection.execute("CREATE TABLE late (id bigint)")
    with pytest.raises(logins.LoginRefused, match="late"):
        logins.try_login(address(BLUE, "one"))
    logins.open_login(admin, address(GREEN, "two"))
    logins.try_login(address(GREEN, "two"))


def test_the_password_itself_is_never_said_to_the_server(admin: str, monkeypatch: pytest.MonkeyPatch):
    said: list[str] = []
    execute = psycopg.Connection.execute

    def listening(self, query, *more, **options):
        said.append(query if isinstance(query, str) else query.as_string(self))
        return execute(self, query, *more, **options)

    monkeypatch.setattr(psycopg.Connection, "execute", listening)
    logins.open_login(admin, address(BLUE, "plain-words"))
    assert any("SCRAM-SHA-256$" in text for text in said)
    assert not any("plain-words" in text for text in said)


def test_valkey_is_asked_with_the_new_token():
    logins.try_login(os.environ["REDIS_URL"])
    wrong = urlsplit(os.environ["REDIS_URL"])
    place = wrong.netloc.rpartition("@")[2]
    with pytest.raises(logins.LoginRefused, match="Valkey"):
        logins.try_login(wrong._replace(netloc=f":not-the-token@{place}").geturl())


def test_the_command_reads_both_secrets_and_prints_neither(admin: str, monkeypatch: pytest.MonkeyPatch):
    wanted = address(BLUE, "one")
    held = {"arn:pending": wanted, "arn:admin": f'{{"username": "{ADMIN}", "password": "first"}}'}
    monkeypatch.setattr(aws, "secret", lambda arn, version="": held[arn])
    out = io.StringIO()
    call_command("rotate_login", "set", "arn:pending", "v2", admin="arn:admin", stdout=out, stderr=out)
    call_command("rotate_login", "test", "arn:pending", "v2", stdout=out, stderr=out)
    buys(wanted, "SC-1")
    held["arn:pending"] = address(BLUE, "wrong-one")
    with pytest.raises(CommandError) as refused:
        call_command("rotate_login", "test", "arn:pending", "v2", stdout=out, stderr=out)
    assert "wrong-one" not in str(refused.value) + out.getvalue()
