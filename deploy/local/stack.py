"""The four engines of one state folder, brought up, looked at and taken down together or one at a time."""

import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import psutil

from deploy.local import processes
from deploy.local.engines import ENGINES
from deploy.local.engines.base import Engine, Progress
from deploy.local.processes import MARK, Running
from deploy.local.state import REPOSITORY, State, default_folder
from deploy.local.supervisor import Record, ServiceFailed, Supervisor

UP_SECONDS = 90.0
PARTS = ("postgres", "valkey", "dynoxide", "s3", "search", "mail", "static", "uploads", "log", "run")


@dataclass(frozen=True)
class EngineStatus:
    """How one engine is now."""

    name: str
    pid: int | None
    port: int | None
    healthy: bool
    restarts: int
    held: bool


class EngineHandle:
    """One engine of a stack: look at it, kill it, or keep it down and bring it back on the same port."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._hold = engine.state.run(f"{engine.name}.held")
        self._record = engine.state.run(f"{engine.name}.json")

    @property
    def pid(self) -> int | None:
        """Its process id, or None while it is down."""
        process = processes.by_pid(Record.read(self._record).pid, self.engine.mark)
        return int(process.pid) if process else None

    @property
    def held(self) -> bool:
        """Whether it is kept down by :meth:`stop`."""
        return self._hold.exists()

    def healthy(self) -> bool:
        """Whether it answers over its own protocol."""
        return self.engine.healthy()

    def kill(self) -> None:
        """SIGKILL it; the supervisor starts it again after a pause."""
        pid = self.pid
        if pid is not None:
            os.kill(pid, signal.SIGKILL)

    def stop(self, *, seconds: float = 20.0) -> None:
        """Stop it and keep it down, also over restarts of the stack, until :meth:`start`."""
        self._hold.touch()
        if not processes.wait_until(lambda: self.pid is None, seconds=seconds):
            raise ServiceFailed(f"{self.engine.name} did not stop in {seconds:.0f} s. Is its supervisor running?")

    def start(self, *, seconds: float = 30.0) -> None:
        """Let it run again, on the port it had, and wait until it answers."""
        self._hold.unlink(missing_ok=True)
        if not processes.wait_until(self.healthy, seconds=seconds):
            log = self.engine.state.log(self.engine.name)
            raise ServiceFailed(f"{self.engine.name} did not answer in {seconds:.0f} s.\n{processes.tail(log)}")

    def status(self) -> EngineStatus:
        """How it is now."""
        port = self.engine.state.read().get("ports", {}).get(self.engine.name)
        pid = self.pid
        restarts = Record.read(self._record).restarts
        return EngineStatus(self.engine.name, pid, port, pid is not None and self.healthy(), restarts, self.held)


class Stack:
    """The engines of one state folder. Every method may be called from any process, any number of times."""

    def __init__(self, var: Path | None = None) -> None:
        self.state = State(var or default_folder())
        self.engines = [engine(self.state) for engine in ENGINES]
        self._mark = f"supervisor@{self.state.folder}"
        self._record = self.state.run("supervisor.json")

    def engine(self, name: str) -> EngineHandle:
        """The engine called ``postgres``, ``valkey``, ``dynoxide`` or ``s3``."""
        return EngineHandle(next(engine for engine in self.engines if engine.name == name))

    def up(self, progress: Progress = lambda _: None) -> None:
        """Bring the engines up under a supervisor in the background, and wait until each one answers.

        Engines that a killed supervisor left running are taken over; one held down by ``stop`` stays down.
        """
        self.state.make()
        with self.state.locked("up", seconds=UP_SECONDS):
            # One found may have been killed a moment ago; then its engines wait for the next.
            if self.supervisor() is not None and self._all_answer():
                return
            if self.supervisor() is None:
                self._prepare(progress)
                self._start_supervisor()
            if not self._all_answer():
                log = processes.tail(self.state.log("supervisor"), lines=25)
                raise ServiceFailed(f"The engines did not come up.\n{log}")

    def _prepare(self, progress: Progress) -> None:
        for engine in self.engines:
            engine.prepare(progress)
            self.state.settle_port(engine.name, in_use_by_us=bool(processes.leaders(engine.mark)))

    def supervisor(self) -> int | None:
        """The pid of the running supervisor."""
        process = processes.by_pid(Record.read(self._record).pid, self._mark)
        return int(process.pid) if process else None

    def _start_supervisor(self) -> None:
        command = [sys.executable, "-m", "deploy.local", "supervise", "--var", str(self.state.folder)]
        with self.state.log("supervisor").open("wb") as log:
            child = subprocess.Popen(
                command,
                cwd=REPOSITORY,
                env=dict(os.environ) | {MARK: self._mark},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        processes.await_mark(Running(psutil.Process(child.pid), child), self._mark)
        Record(child.pid).write(self._record)
        # It outlives us by design; without this the interpreter would warn about a child never waited for.
        child.returncode = 0

    def _all_answer(self) -> bool:
        """Wait until every engine answers; False once that takes too long or the supervisor is gone."""
        deadline = time.monotonic() + UP_SECONDS
        for handle in (self.engine(engine.name) for engine in self.engines):
            while not (handle.held or (handle.pid and handle.healthy())):
                if self.supervisor() is None or time.monotonic() > deadline:
                    return False
                time.sleep(0.03)
        return self.supervisor() is not None

    def supervise(self) -> None:
        """Be the supervisor: start the engines and keep them running until SIGTERM."""
        with self.state.locked("supervisor", seconds=10):
            Record(os.getpid()).write(self._record)
            supervisor = Supervisor([engine.service() for engine in self.engines], self.state)
            supervisor.stop_on_signals()
            try:
                supervisor.start_all()
                supervisor.watch()
            finally:
                supervisor.stop_all()

    def down(self) -> None:
        """Stop the supervisor and every engine, also those a killed supervisor left behind. The data stays."""
        if not self.state.file.exists():
            return
        with self.state.locked("up", seconds=UP_SECONDS):
            pid = self.supervisor()
            process = processes.by_pid(pid, self._mark)
            if process is not None:
                processes.stop(Running(process), with_signal=signal.SIGTERM, seconds=45)
            for engine in reversed(self.engines):
                for left in processes.leaders(engine.mark):
                    processes.stop(Running(left), with_signal=engine.stop_signal, seconds=10)

    def destroy(self) -> None:
        """Delete all data, secrets and logs, after :meth:`down`; what others put into the folder stays."""
        outside = self.state.read().get("postgres", {}).get("folder")
        for folder in (*(self.state.folder / part for part in PARTS), *([Path(outside)] if outside else [])):
            shutil.rmtree(folder, ignore_errors=True)
        self.state.file.unlink(missing_ok=True)

    def status(self) -> list[EngineStatus]:
        """How each engine is now."""
        return [self.engine(engine.name).status() for engine in self.engines]

    def environment(self) -> dict[str, str]:
        """The settings by which the shop reaches these engines."""
        exports: dict[str, str] = {}
        for engine in self.engines:
            exports |= engine.exports()
        return exports | {
            "SEARCH_URL": f"tantivy://{self.state.folder}/search",
            "EMAIL_URL": f"file://{self.state.folder}/mail",
            "SECRET_KEY": self.state.secret("secret_key"),
            "SHOPCLOUD_VAR": str(self.state.folder),
        }
