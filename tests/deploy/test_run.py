"""Opening the shop: what stands in the way is named, with a way out."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.local import shop
from deploy.local.engines import ENGINES
from deploy.local.stack import Stack
from deploy.local.state import REPOSITORY


def run_shop(folder: Path, port: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "deploy.local", "run", "--var", str(folder)],
        cwd=REPOSITORY,
        env=dict(os.environ) | {"PORT": port},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_a_taken_port_names_the_program_that_holds_it_and_another_port(tmp_path: Path):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        done = run_shop(tmp_path, str(port))
    assert done.returncode == 1
    assert f"Port {port} is in use by" in done.stderr
    assert f"(pid {os.getpid()})" in done.stderr
    assert f"PORT={port + 1} make run" in done.stderr


@pytest.mark.parametrize("port", ["abc", "0", "70000", "-1"])
def test_a_port_that_is_none_is_refused_with_an_example(tmp_path: Path, port: str):
    done = run_shop(tmp_path, port)
    assert done.returncode == 1
    assert f"PORT={port} is no port" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_shop_opened_already_is_not_opened_twice(tmp_path: Path):
    stack = Stack(tmp_path)
    stack.state.make()
    stack.state.run("run.json").write_text('{"pid": 1, "port": 8765}')
    with stack.state.locked("run", seconds=1):
        done = run_shop(tmp_path, "8766")
    assert done.returncode == 1
    assert "already open on http://localhost:8765/" in done.stderr


def test_somebodys_cloud_account_does_not_reach_the_local_engines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    for name in (*shop.FOREIGN, "AWS_ACCESS_KEY_ID", "DATABASE_URL"):
        monkeypatch.setenv(name, "somebody's")
    stack = Stack(tmp_path)
    stack.state.make()
    for name in (*(engine.name for engine in ENGINES), "realtime"):
        stack.state.settle_port(name, in_use_by_us=False)
    for service in shop.services(stack, 8765):
        assert "somebody's" not in service.environment.values()
        assert service.environment["SHOPCLOUD_PROCESS"] == service.name
        assert service.environment["PUBLIC_URL"] == "http://localhost:8765"
