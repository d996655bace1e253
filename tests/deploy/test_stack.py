"""The engines as a whole: nothing acknowledged is lost, each one comes back, two folders do not meet."""

import os
import signal
import stat

import psycopg
import pytest

from deploy.local import processes
from deploy.local.stack import Stack
from tests.deploy import stores

NAMES = ["postgres", "valkey", "dynoxide", "s3"]


def test_killing_everything_loses_nothing_that_was_acknowledged(stack: Stack):
    stores.write(stack.environment(), "lamp")
    pids = [one.pid for one in stack.status()]
    for pid in [stack.supervisor(), *pids]:
        os.kill(pid, signal.SIGKILL)

    stack.up()

    assert set(stores.read(stack.environment(), "lamp").values()) == {"lamp"}
    assert all(one.healthy for one in stack.status())
    assert not set(pids) & {one.pid for one in stack.status()}


def test_engines_left_by_a_killed_supervisor_are_taken_over_unharmed(stack: Stack):
    before = [(one.pid, one.port) for one in stack.status()]
    os.kill(stack.supervisor(), signal.SIGKILL)

    stack.up()

    assert [(one.pid, one.port) for one in stack.status()] == before
    stack.engine("valkey").kill()
    assert processes.wait_until(stack.engine("valkey").healthy, seconds=10)


def test_down_also_stops_engines_whose_supervisor_was_killed(stack: Stack):
    os.kill(stack.supervisor(), signal.SIGKILL)
    stack.down()
    assert [one.pid for one in stack.status()] == [None] * 4


def test_up_twice_changes_nothing(stack: Stack):
    before, environment = stack.status(), stack.environment()
    Stack(stack.state.folder).up()
    assert stack.status() == before
    assert stack.environment() == environment


def test_down_stops_every_engine_and_up_finds_the_data_on_the_same_ports(stack: Stack):
    stores.write(stack.environment(), "vase")
    ports = [one.port for one in stack.status()]
    stack.down()
    assert not any(one.healthy for one in stack.status())
    assert stack.supervisor() is None

    stack.up()

    assert [one.port for one in stack.status()] == ports
    assert set(stores.read(stack.environment(), "vase").values()) == {"vase"}


@pytest.mark.parametrize("name", NAMES)
def test_one_engine_is_kept_down_and_comes_back_on_its_port(stack: Stack, name: str):
    engine = stack.engine(name)
    port = engine.status().port
    engine.stop()
    assert not engine.healthy()
    assert [one.name for one in stack.status() if not one.healthy] == [name]

    Stack(stack.state.folder).up()
    assert engine.pid is None

    engine.start()
    assert engine.healthy()
    assert engine.status().port == port


def test_two_folders_run_side_by_side_with_secrets_of_their_own(stack: Stack):
    other = Stack(stack.state.folder / "second")
    try:
        other.up()
        assert not {one.port for one in stack.status()} & {one.port for one in other.status()}
        mixed = stack.environment()["DATABASE_URL"].replace(
            f":{stack.engine('postgres').status().port}/", f":{other.engine('postgres').status().port}/"
        )
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            psycopg.connect(mixed)
    finally:
        other.down()
    assert all(one.healthy for one in stack.status())


def test_secrets_are_readable_by_their_owner_alone(stack: Stack):
    for file in (stack.state.file, stack.state.folder / "valkey" / "valkey.conf"):
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    secrets = set(stack.state.read()["secrets"].values())
    for one in stack.status():
        command = " ".join(processes.psutil.Process(one.pid).cmdline())
        assert not [secret for secret in secrets if secret in command]


def test_postgres_keeps_what_makes_a_commit_durable(stack: Stack):
    with psycopg.connect(stack.environment()["DATABASE_URL"]) as connection:
        settings = dict(connection.execute("SELECT name, setting FROM pg_settings").fetchall())
        collation = connection.execute(
            "SELECT datlocprovider, datlocale FROM pg_database WHERE datname = current_database()"
        ).fetchone()
    assert [settings[name] for name in ("fsync", "full_page_writes", "synchronous_commit")] == ["on"] * 3
    assert settings["listen_addresses"] == "127.0.0.1"
    assert collation == ("b", "C.UTF-8")
    assert settings["server_version"].startswith("18")
