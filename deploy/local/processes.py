"""Operating-system processes: started apart, recognised again after a crash, stopped within a bound."""

import contextlib
import os
import pwd
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import psutil

# Every process started here carries its name and state folder in its environment. A process found later is ours if,
# and only if, it carries the mark: a pid alone may have been given to a stranger since.
MARK = "SHOPCLOUD_MARK"


@dataclass(frozen=True)
class Service:
    """One process to keep running: how to start it, how to see that it answers, how to stop it."""

    name: str
    command: list[str]
    log: Path
    mark: str
    healthy: Callable[[], bool]
    environment: dict[str, str] = field(default_factory=dict)
    folder: Path = Path("/")
    user: str | None = None
    before_start: Callable[[], None] | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    stop_seconds: float = 10.0
    start_seconds: float = 30.0
    adoptable: bool = True


@dataclass
class Running:
    """A live process, our own child or one adopted after its supervisor was killed."""

    process: psutil.Process
    child: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        return int(self.process.pid)

    def ended(self) -> bool:
        """Whether it is gone; reaps it when it was our child."""
        if self.child is not None:
            return self.child.poll() is not None
        return not is_alive(self.process)


def spawn(service: Service) -> Running:
    """Start the service in a session of its own, so that a terminal's Ctrl-C reaches the supervisor alone."""
    if service.before_start is not None:
        service.before_start()
    account = pwd.getpwnam(service.user) if service.user else None
    with service.log.open("ab") as log:
        child = subprocess.Popen(
            service.command,
            env=service.environment | {MARK: service.mark},
            cwd=service.folder,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            user=account.pw_uid if account else None,
            group=account.pw_gid if account else None,
            extra_groups=[] if account else None,
        )
    running = Running(psutil.Process(child.pid), child)
    await_mark(running, service.mark)
    return running


def await_mark(running: Running, mark: str) -> None:
    """Wait until a process just started shows its mark: the kernel lays it out a moment after the start returns."""
    wait_until(lambda: running.ended() or carries(running.process, mark), seconds=5, every=0.002)


def is_alive(process: psutil.Process) -> bool:
    """Whether the process runs. A zombie does not: nobody may ever reap it."""
    try:
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.Error:
        return False


def carries(process: psutil.Process, mark: str) -> bool:
    """Whether the process was started here under ``mark``."""
    try:
        return bool(process.environ().get(MARK) == mark)
    except (psutil.Error, OSError):
        return False


def by_pid(pid: int | None, mark: str) -> psutil.Process | None:
    """The live process ``pid`` if it is really the one marked so."""
    if pid is None:
        return None
    try:
        process = psutil.Process(pid)
    except psutil.Error:
        return None
    return process if is_alive(process) and carries(process, mark) else None


def leaders(mark: str) -> list[psutil.Process]:
    """All live processes under ``mark`` whose parent is not one of them."""
    ours = [process for process in psutil.process_iter() if carries(process, mark) and is_alive(process)]
    pids = {process.pid for process in ours}
    return [process for process in ours if process.ppid() not in pids]


def stop(running: Running, *, with_signal: signal.Signals, seconds: float) -> None:
    """Ask the process to end, wait ``seconds``, then kill what is left of its group."""
    _signal(running.pid, with_signal)
    if not wait_until(running.ended, seconds=seconds):
        _signal(running.pid, signal.SIGKILL)
    # Its helpers share its group: a worker must not outlive its master and keep a port or a lock.
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(running.pid, signal.SIGKILL)
    wait_until(running.ended, seconds=5)


def _signal(pid: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)


def wait_until(condition: Callable[[], bool], *, seconds: float, every: float = 0.03) -> bool:
    """Poll until the condition holds or the time is over; returns whether it held."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(every)
    return True


def tail(log: Path, *, lines: int = 15) -> str:
    """The last lines of a log, for an error message."""
    try:
        text = log.read_bytes()[-20_000:].decode(errors="replace")
    except OSError:
        return ""
    return "\n".join(text.splitlines()[-lines:])


def bound_log(log: Path, *, limit: int = 5_000_000) -> None:
    """Keep a log under ``limit`` bytes and its predecessor beside it.

    The file is emptied in place: its writer appends, and so goes on at the new end without being told.
    """
    try:
        if log.stat().st_size <= limit:
            return
        log.with_suffix(".log.1").write_bytes(log.read_bytes()[-limit:])
        os.truncate(log, 0)
    except OSError:
        return
