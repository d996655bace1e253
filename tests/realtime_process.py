"""A realtime process as it runs in production: gunicorn with its ASGI worker, on a free port."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests
from django.conf import settings

from tests.engines import names_of

ROOT = Path(__file__).resolve().parents[1]


@contextmanager
def open_realtime(**more: str) -> Iterator[str]:
    """Its address, under this worker's names; `more` goes into its environment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {**os.environ, **names_of(os.environ.get("PYTEST_XDIST_WORKER", "main"))}
    environment |= {"SHOPCLOUD_PROCESS": "realtime", "REDIS_PREFIX": settings.REDIS_PREFIX, **more}
    command = [sys.executable, "-m", "gunicorn", "shopcloud.asgi:application", "--worker-class", "asgi"]
    command += ["--bind", f"127.0.0.1:{port}", "--graceful-timeout", "1", "--log-level", "warning"]
    process = subprocess.Popen(command, cwd=ROOT, env=environment)
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_for(f"{address}/healthz")
        yield address
    finally:
        process.terminate()
        process.wait(timeout=15)


def _wait_for(url: str) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            if requests.get(url, timeout=10).ok:
                return
        except (requests.ConnectionError, requests.Timeout):
            time.sleep(0.1)
    pytest.fail("The realtime process did not come up.")
