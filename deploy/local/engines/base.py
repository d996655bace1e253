"""What every engine tells: its binary, its command, whether it answers, and how the shop reaches it."""

import os
import signal
from collections.abc import Callable
from typing import ClassVar

from deploy.local.processes import Service
from deploy.local.state import State

Progress = Callable[[str], None]

REGION = "us-east-1"


class EngineMissing(Exception):
    """This machine has no binary of the engine."""


class Engine:
    """One real server on the loopback address, with its data in the state folder."""

    name: ClassVar[str]
    stop_signal: ClassVar[signal.Signals] = signal.SIGTERM

    def __init__(self, state: State) -> None:
        self.state = state

    @property
    def port(self) -> int:
        """The remembered port."""
        return self.state.port(self.name)

    @property
    def mark(self) -> str:
        """The mark its processes carry."""
        return f"{self.name}@{self.state.folder}"

    def prepare(self, progress: Progress) -> None:
        """Bring the binary and make the data folder, once; says slow steps through ``progress``."""

    def command(self) -> list[str]:
        """The command line of the server. It must hold no secret: every user of the machine can read it."""
        raise EngineMissing(self.name)

    def surroundings(self) -> dict[str, str]:
        """Environment variables of the server beyond the bare ones."""
        return {}

    def user(self) -> str | None:
        """The account it runs under, or None for our own."""
        return None

    def before_start(self) -> None:
        """Clear what a killed predecessor left in the way."""

    def probe(self) -> None:
        """Ask the server something over its own protocol; raise when it does not answer properly."""
        raise EngineMissing(self.name)

    def exports(self) -> dict[str, str]:
        """The environment variables by which the shop reaches it."""
        return {}

    def healthy(self) -> bool:
        """Whether the server answers."""
        try:
            self.probe()
        except Exception:  # Whatever a client library raises, it means "does not answer".
            return False
        return True

    def service(self) -> Service:
        """The engine as a service to supervise."""
        return Service(
            name=self.name,
            command=self.command(),
            log=self.state.log(self.name),
            mark=self.mark,
            healthy=self.healthy,
            environment=bare_environment() | self.surroundings(),
            user=self.user(),
            before_start=self.before_start,
            stop_signal=self.stop_signal,
        )


def bare_environment() -> dict[str, str]:
    """Only what a server needs: nothing of the caller's settings leaks into an engine."""
    return {"PATH": os.environ.get("PATH", os.defpath), "LANG": "C", "TMPDIR": os.environ.get("TMPDIR", "/tmp")}
