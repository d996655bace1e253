"""Celery processes of a test: on its own database and a broker database of their own, stopped with it."""

import contextlib
import os
import signal
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import redis
from django.db import connection

from deploy.local.state import REPOSITORY

# Beside the tests' own broker, so that nobody else's tasks are taken.
DATABASES = {"main": 4, "gw0": 5, "gw1": 6, "gw2": 7, "gw3": 8}


def broker_url() -> str:
    """An empty broker for this test worker alone."""
    number = DATABASES[os.environ.get("PYTEST_XDIST_WORKER", "main")]
    url = urlsplit(os.environ["CELERY_BROKER_URL"])._replace(path=f"/{number}").geturl()
    with redis.Redis.from_url(url, socket_timeout=2) as broker:
        broker.flushdb()
    return url


def start(*command: str, broker: str, log: Path, **environment: str) -> subprocess.Popen:
    """A process of the shop in a group of its own, on the test's database."""
    database = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}").geturl()
    with log.open("ab") as output:
        return subprocess.Popen(
            [str(Path(sys.executable).with_name(command[0])), *command[1:]],
            cwd=REPOSITORY,
            env=os.environ | {"DATABASE_URL": database, "CELERY_BROKER_URL": broker} | environment,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def kill(process: subprocess.Popen) -> None:
    """SIGKILL to the whole group: nobody gets to say goodbye."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait(10)
