"""Processes that answer while they are measured: gunicorn as in production, for the shop or for the bare view."""

import contextlib
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil

from deploy.local import ports
from deploy.local.state import REPOSITORY


@dataclass(frozen=True)
class Served:
    port: int
    pid: int

    def megabytes(self) -> list[float]:
        """What each worker holds in memory."""
        return sorted(child.memory_info().rss / 2**20 for child in psutil.Process(self.pid).children())


@contextlib.contextmanager
def gunicorn(application: str, environment: dict[str, str]) -> Iterator[Served]:
    port = ports.choose_port(seed=application)
    command = str(Path(sys.executable).with_name("gunicorn"))
    # Warm pages would use up a worker's twenty thousand requests in ten seconds: the path then measured would be that
    # of a shop that starts anew.
    keep = ["--max-requests", "0", "--max-requests-jitter", "0"]
    process = subprocess.Popen(
        [command, "-c", "deploy/docker/gunicorn.conf.py", *keep, "--bind", f"127.0.0.1:{port}", application],
        cwd=REPOSITORY,
        env=environment | {"SHOPCLOUD_PROCESS": "web"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait(port)
        yield Served(port, process.pid)
    finally:
        process.terminate()
        process.wait(timeout=30)


def _wait(port: int) -> None:
    for _ in range(300):
        with contextlib.suppress(OSError):
            urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5).close()
            return
        time.sleep(0.2)
    raise TimeoutError("gunicorn did not answer within a minute")
