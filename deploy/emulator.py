"""A small AWS on this machine (ministack), for what no engine of the shop stands in for: queues, topics, secrets.

It stands in a virtualenv of its own (`make emulator`), since its libraries are not the shop's.
"""

import os
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from deploy.local.ports import choose_port
from deploy.local.state import REPOSITORY

BINARY = REPOSITORY / "var" / "tools" / "ministack" / "bin" / "ministack"
MISSING = "ministack is not installed: `make emulator` puts it into var/tools/ministack"
START_SECONDS = 30


class EmulatorMissing(Exception):
    """str() says how to get it."""


@contextmanager
def emulator(log: Path) -> Iterator[str]:
    """The address of a fresh, empty account that lives in memory. Raises EmulatorMissing."""
    if not BINARY.is_file():
        raise EmulatorMissing(MISSING)
    port = choose_port(seed=str(log))
    address = f"http://127.0.0.1:{port}"
    here = {"GATEWAY_PORT": str(port), "BIND_HOST": "127.0.0.1", "MINISTACK_HOST": "127.0.0.1"}
    with log.open("ab") as output:
        process = subprocess.Popen([str(BINARY)], env=os.environ | here, stdout=output, stderr=output)
    try:
        _wait(address, process, log)
        yield address
    finally:
        process.terminate()
        process.wait(20)


def surroundings(address: str) -> dict[str, str]:
    """What boto3 reads to speak to the emulator and to nothing else."""
    return {
        "AWS_ENDPOINT_URL": address,
        "AWS_REGION": "us-east-1",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "emulated",
        "AWS_SECRET_ACCESS_KEY": "emulated",
    }


def _wait(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        try:
            with urllib.request.urlopen(f"{address}/_ministack/health", timeout=2):
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"ministack did not start; see {log}")
