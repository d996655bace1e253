"""Ports and secrets: chosen once, remembered, moved away from strangers."""

import socket
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.local import ports
from deploy.local.stack import Stack
from deploy.local.state import REPOSITORY, State, StateBusy, StateUnreadable

EXPORTED = {
    *(
        "DATABASE_URL",
        "REDIS_URL",
        "CELERY_BROKER_URL",
        "AWS_ENDPOINT_URL_DYNAMODB",
        "DYNAMODB_SCAN_SEGMENTS",
        "AWS_ENDPOINT_URL_S3",
    ),
    *("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_REGION", "SEARCH_URL", "EMAIL_URL", "SECRET_KEY"),
    "SHOPCLOUD_VAR",
}


@pytest.fixture
def state(tmp_path: Path) -> State:
    state = State(tmp_path)
    state.make()
    return state


def test_a_remembered_port_is_kept_until_a_stranger_takes_it(state: State):
    port = state.settle_port("postgres", in_use_by_us=False)
    assert state.settle_port("postgres", in_use_by_us=False) == port
    with socket.create_server(("127.0.0.1", port)):
        assert state.settle_port("postgres", in_use_by_us=True) == port
        moved = state.settle_port("postgres", in_use_by_us=False)
    assert moved != port
    assert State(state.folder).port("postgres") == moved


def test_no_two_processes_of_a_folder_are_given_one_port(state: State):
    chosen = [state.settle_port(name, in_use_by_us=False) for name in ("a", "b", "c", "d")]
    assert len(set(chosen)) == 4
    assert ports.choose_port(seed="x", wanted=chosen[0], avoid={chosen[0]}) != chosen[0]


def test_secrets_are_made_once_and_differ_between_folders(state: State, tmp_path: Path):
    first = state.read()
    state.make()
    other = State(tmp_path / "other")
    other.make()
    assert state.read() == first
    assert not set(first["secrets"].values()) & set(other.read()["secrets"].values())
    assert len(state.secret("secret_key")) >= 50


def test_an_unreadable_memory_says_which_file_and_what_to_do(state: State):
    state.file.write_text("{broken")
    with pytest.raises(StateUnreadable, match=r"engines\.json cannot be read.*delete the whole folder"):
        state.read()


def test_a_second_command_waits_for_the_first_and_then_gives_up(state: State):
    with state.locked("up", seconds=1), pytest.raises(StateBusy), State(state.folder).locked("up", seconds=0.1):
        pass


def test_the_environment_has_exactly_the_names_the_shop_reads(state: State):
    for name in ("postgres", "valkey", "dynoxide", "s3"):
        state.settle_port(name, in_use_by_us=False)
    environment = Stack(state.folder).environment()
    assert set(environment) == EXPORTED
    assert environment["SEARCH_URL"] == f"tantivy://{state.folder}/search"
    assert environment["EMAIL_URL"] == f"file://{state.folder}/mail"


def test_env_of_a_folder_never_started_says_what_to_run(tmp_path: Path):
    command = [sys.executable, "-m", "deploy.local", "env", "--var", str(tmp_path)]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == 1
    assert "python -m deploy.local up" in done.stderr
