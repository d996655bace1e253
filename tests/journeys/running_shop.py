"""A whole shop for the journeys: opened by the one command itself, with engines, data and a port of its own."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import requests

from deploy.local import processes
from deploy.local.stack import Stack
from deploy.local.state import REPOSITORY

OPEN_SECONDS = 240


@dataclass
class RunningShop:
    """`url` without a trailing slash; `stack` to look into the engines or stop one."""

    url: str
    stack: Stack
    environment: dict[str, str]

    def manage(self, *arguments: str, timeout: float = 120) -> str:
        """Run `manage.py` beside the shop; returns what it printed."""
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=REPOSITORY,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=timeout,
        )
        assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-4000:]
        return done.stdout

    def sql(self, query: str, *parameters: object) -> list[tuple]:
        with psycopg.connect(self.environment["DATABASE_URL"], connect_timeout=2) as connection:
            cursor = connection.execute(query, parameters)
            return cursor.fetchall() if cursor.description else []

    def mails(self) -> list[str]:
        """The texts of all mail sent so far, oldest first."""
        folder = Path(self.environment["EMAIL_URL"].removeprefix("file://"))
        files = sorted(folder.glob("*.log"), key=lambda path: path.stat().st_mtime) if folder.exists() else []
        return [path.read_text() for path in files]

    def tiers(self) -> dict:
        return requests.get(f"{self.url}/readyz", timeout=6).json()["tiers"]


def eventually(look: Callable[[], Any], *, seconds: float = 45, every: float = 0.2) -> Any:
    """What `look` answers once it answers something true; fails with its last answer after `seconds`."""
    deadline = time.monotonic() + seconds
    while True:
        found = look()
        if found:
            return found
        assert time.monotonic() < deadline, f"still {found!r} after {seconds} s"
        time.sleep(every)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def without_test_names(environment: Mapping[str, str]) -> dict[str, str]:
    """Without the names that keep the unit tests' stores apart: the running shop has its own engines."""
    from tests.engines import names_of

    ours = {*names_of("any"), "DATABASE_URL", "REDIS_URL", "CELERY_BROKER_URL", "SHOPCLOUD_VAR", "SECRET_KEY"}
    return {name: value for name, value in environment.items() if name not in ours}


@contextlib.contextmanager
def open_shop(var: Path) -> Iterator[RunningShop]:
    """`python -m deploy.local run` on a free port; stopped by SIGTERM at the end, its data left in `var`."""
    stack, port = Stack(var), free_port()
    log = var.with_suffix(".log")
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "deploy.local", "run", "--var", str(var)],
            cwd=REPOSITORY,
            env=without_test_names(os.environ)
            | {"PORT": str(port), "API_RATE": "100000/min", "API_ORDER_RATE": "100000/min"},
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    url = f"http://localhost:{port}"
    try:
        _wait_until_open(process, url, log)
        from deploy.local import shop

        yield RunningShop(url, stack, without_test_names(shop.environment(stack, port)) | stack.environment())
    finally:
        process.send_signal(signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=60)
        stack.down()


def _wait_until_open(process: subprocess.Popen, url: str, log: Path) -> None:
    deadline = time.monotonic() + OPEN_SECONDS
    while "The shop is open" not in log.read_text():
        assert process.poll() is None, f"the shop did not open:\n{processes.tail(log, lines=40)}"
        assert time.monotonic() < deadline, f"the shop is not open yet:\n{processes.tail(log, lines=40)}"
        time.sleep(0.2)
    assert json.loads(requests.get(f"{url}/readyz", timeout=6).text)["ready"]
