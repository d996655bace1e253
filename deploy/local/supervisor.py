"""Keeps services running: started in order, restarted with growing pauses, stopped in reverse order."""

import json
import signal
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from deploy.local import processes
from deploy.local.processes import Running, Service
from deploy.local.state import State, write_private

FIRST_PAUSE, LONGEST_PAUSE = 0.25, 10.0
# A service that ran this long has recovered: its next death starts again from the shortest pause.
CALM_SECONDS = 30.0
LOOK_EVERY = 0.1
BOUND_LOGS_EVERY = 10.0


Say = Callable[[str], None]


def _silently(text: str) -> None:
    """Say nothing."""


class ServiceFailed(Exception):
    """A service did not come up; the message carries the end of its log."""


@dataclass(frozen=True)
class Record:
    """What a supervisor tells others about one of its services."""

    pid: int | None = None
    restarts: int = 0

    @classmethod
    def read(cls, path: Path) -> "Record":
        """The record in ``path``, or an empty one."""
        try:
            return cls(**json.loads(path.read_text()))
        except (FileNotFoundError, ValueError, TypeError):
            return cls()

    def write(self, path: Path) -> None:
        """Replace the record in one step."""
        write_private(path, json.dumps(self.__dict__))


@dataclass
class Supervised:
    """One service with its process and its history of restarts."""

    service: Service
    state: State
    say: Say = _silently
    running: Running | None = None
    restarts: int = 0
    pause: float = FIRST_PAUSE
    started: float = 0.0
    due: float = field(default=0.0)

    @property
    def held(self) -> bool:
        """Whether somebody asked to keep it down."""
        return self.state.run(f"{self.service.name}.held").exists()

    def start(self) -> None:
        """Take over the process a killed supervisor left behind, or start a new one."""
        self.running = self._adopt() or processes.spawn(self.service)
        self.started = time.monotonic()
        self._record()

    def _adopt(self) -> Running | None:
        left = processes.leaders(self.service.mark)
        if len(left) == 1 and self.service.adoptable and _runs(left[0], self.service.command):
            running = Running(left[0])
            # It may be dying of the same blow as its supervisor.
            if (
                processes.wait_until(lambda: running.ended() or self.service.healthy(), seconds=2)
                and not running.ended()
            ):
                return running
        for process in left:
            self._end(Running(process))
        return None

    def wait_healthy(self) -> None:
        """Wait until it answers; raise with the end of its log when it dies or stays silent."""
        name, log = self.service.name, self.service.log
        answered = processes.wait_until(
            lambda: self._gone() or self.service.healthy(), seconds=self.service.start_seconds
        )
        if answered and not self._gone():
            return
        what = (
            "stopped right after its start" if self._gone() else f"did not answer in {self.service.start_seconds:.0f} s"
        )
        raise ServiceFailed(f"{name} {what}. The end of {log}:\n{processes.tail(log)}")

    def _gone(self) -> bool:
        return self.running is None or self.running.ended()

    def look(self, now: float) -> None:
        """One look: note a death, start again when its pause is over, obey a hold."""
        if self.running is not None and self.running.ended():
            self.running = None
            self.pause = FIRST_PAUSE if now - self.started > CALM_SECONDS else self.pause
            self.due = now + self.pause
            self.say(f"  {self.service.name} stopped; starting it again in {self.pause} s. See {self.service.log}")
            self.pause = min(self.pause * 2, LONGEST_PAUSE)
            self._record()
        if self.held:
            self.stop()
            self.due, self.pause = 0.0, FIRST_PAUSE
        elif self.running is None and now >= self.due:
            self.restarts += 1
            self.start()

    def stop(self) -> None:
        """Stop it within its own bound."""
        if self.running is not None:
            self._end(self.running)
            self.running = None
            self._record()

    def _end(self, running: Running) -> None:
        processes.stop(running, with_signal=self.service.stop_signal, seconds=self.service.stop_seconds)

    def _record(self) -> None:
        pid = self.running.pid if self.running else None
        Record(pid, self.restarts).write(self.state.run(f"{self.service.name}.json"))


def _runs(process: psutil.Process, command: list[str]) -> bool:
    try:
        return bool(process.cmdline() == command)
    except psutil.Error:
        return False


class Supervisor:
    """Runs services until told to stop."""

    def __init__(self, services: list[Service], state: State, say: Say = _silently) -> None:
        self.supervised = [Supervised(service, state, say) for service in services]
        self.stopping = threading.Event()

    def start(self, one: Supervised) -> None:
        """Start one service and wait for it, unless it is held down."""
        if not one.held:
            one.start()
            one.wait_healthy()

    def start_all(self) -> None:
        """Start every service in order, each one answering before the next begins."""
        for one in self.supervised:
            self.start(one)

    def start_together(self) -> None:
        """Start every service at once, then wait until each one answers."""
        for one in self.supervised:
            one.start()
        for one in self.supervised:
            one.wait_healthy()

    def stop_on_signals(self) -> None:
        """Let SIGTERM, SIGINT and SIGHUP end :meth:`watch`."""
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, lambda *_: self.stopping.set())

    def watch(self, check: Callable[[], None] = lambda: None, *, every: float = BOUND_LOGS_EVERY) -> None:
        """Keep the services running until told to stop; call ``check`` from time to time."""
        chores_due = 0.0
        while not self.stopping.wait(LOOK_EVERY):
            now = time.monotonic()
            for one in self.supervised:
                one.look(now)
            if now >= chores_due:
                chores_due = now + every
                check()
                for one in self.supervised:
                    processes.bound_log(one.service.log)

    def stop_all(self, *, together: bool = False) -> None:
        """Stop every service: the last started first, or all at once."""
        if together:
            with ThreadPoolExecutor(max_workers=len(self.supervised)) as pool:
                list(pool.map(Supervised.stop, self.supervised))
        else:
            for one in reversed(self.supervised):
                one.stop()
