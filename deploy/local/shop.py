"""The shop's own processes: web, realtime, the workers and the schedule, as services to supervise."""

import os
import signal
import sys
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

from deploy.local.processes import Service
from deploy.local.stack import Stack
from deploy.local.state import REPOSITORY

GUNICORN = ("gunicorn", "-c", "deploy/docker/gunicorn.conf.py")
CELERY = ("celery", "-A", "shopcloud")

# The commands of docker-compose.yml too: a test holds the two together.
COMMANDS: dict[str, tuple[str, ...]] = {
    "web": (*GUNICORN, "shopcloud.wsgi"),
    "realtime": (*GUNICORN, "shopcloud.asgi"),
    "worker": (*CELERY, "worker", "-Q", "default,mail,media,lake", "--concurrency", "2"),
    # One consumer: the search index takes one writer at a time.
    "search": (*CELERY, "worker", "-Q", "search", "--concurrency", "1"),
    "beat": (*CELERY, "beat"),
}

# Settings of somebody's real cloud account must not reach the local engines' clients.
FOREIGN = ("AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_SESSION_TOKEN", "AWS_DEFAULT_REGION", "AWS_ENDPOINT_URL")


def environment(stack: Stack, port: int) -> dict[str, str]:
    """The environment of every process of the shop on ``port``."""
    own = {name: value for name, value in os.environ.items() if name not in FOREIGN}
    addresses = {
        "PUBLIC_URL": f"http://localhost:{port}",
        "REALTIME_URL": f"http://localhost:{stack.state.port('realtime')}",
    }
    fixed = {"DJANGO_SETTINGS_MODULE": "shopcloud.settings", "PYTHONUNBUFFERED": "1"}
    return own | stack.environment() | addresses | fixed


def mark(stack: Stack, name: str) -> str:
    """The mark that a process of this shop carries."""
    return f"{name}@{stack.state.folder}"


def services(stack: Stack, port: int) -> list[Service]:
    """All processes of the shop, the web process first."""
    realtime = stack.state.port("realtime")
    extra = {
        "web": ("--bind", f"127.0.0.1:{port}"),
        "realtime": ("--bind", f"127.0.0.1:{realtime}"),
        "worker": ("--hostname", "worker@%h", "--loglevel", "WARNING"),
        "search": ("--hostname", "search@%h", "--loglevel", "WARNING"),
        "beat": ("--schedule", str(stack.state.folder / "run" / "beat"), "--pidfile", "", "--loglevel", "WARNING"),
    }
    shared = environment(stack, port)
    return [_service(stack, name, (*COMMANDS[name], *extra[name]), shared, port) for name in COMMANDS]


def _service(stack: Stack, name: str, command: tuple[str, ...], shared: dict[str, str], port: int) -> Service:
    return Service(
        name=name,
        command=[str(Path(sys.executable).with_name(command[0])), *command[1:]],
        log=stack.state.log(name),
        mark=mark(stack, name),
        healthy=_answers(f"http://127.0.0.1:{port}/healthz") if name == "web" else lambda: True,
        environment=shared | {"SHOPCLOUD_PROCESS": name},
        folder=REPOSITORY,
        # SIGQUIT lets a Celery worker finish or give its tasks back; after SIGTERM it would wait for them at length.
        stop_signal=signal.SIGQUIT if name in {"worker", "search"} else signal.SIGTERM,
        stop_seconds=7.0,
        # Its settings may have changed with the code: a process left by a killed run is replaced, not taken over.
        adoptable=False,
    )


def _answers(url: str) -> Callable[[], bool]:
    def answers() -> bool:
        try:
            with urllib.request.urlopen(url, timeout=2) as response:
                return bool(response.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    return answers
