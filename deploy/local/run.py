"""``python -m deploy.local run``: the whole shop in the foreground until Ctrl-C."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil

from deploy.local import ports, processes, shop
from deploy.local.processes import MARK, Running
from deploy.local.stack import Stack
from deploy.local.state import REPOSITORY, StateBusy, write_private
from deploy.local.steps import Steps
from deploy.local.supervisor import ServiceFailed, Supervisor

PREPARE_SECONDS = 600
CHECK_ENGINES_EVERY = 5.0

WELCOME = """
  The shop is open, {seconds:.1f} s after the start.

    shop      {url}/
    admin     {url}/admin/
    API docs  {url}/api/v1/docs/
    tiers     {url}/readyz

    staff     staff@shopcloud.example / shopcloud-demo
    buyer     buyer@shopcloud.example / shopcloud-demo

  Logs and data are in {var}. Ctrl-C stops everything; the data stays.
"""


class PortTaken(Exception):
    """The shop cannot listen on the wanted port."""


class PreparationFailed(Exception):
    """A command that prepares the shop failed; the message carries the end of its log."""


def run(stack: Stack) -> int:
    """Open the shop and keep it open until SIGINT or SIGTERM; everything is stopped on the way out."""
    _be_recognisable(stack)
    port = _port()
    stack.state.make()
    try:
        with stack.state.locked("run", seconds=0.2):
            _open(stack, port)
    except StateBusy:
        kept = json.loads(stack.state.run("run.json").read_text())
        print(f"The shop is already open on http://localhost:{kept['port']}/ . `make stop` stops it.", file=sys.stderr)
        return 1
    return 0


def _port() -> int:
    wanted = os.environ.get("PORT") or "8000"
    if not wanted.isdecimal() or not 0 < int(wanted) < 65536:
        raise PortTaken(f"PORT={wanted} is no port. Choose a number from 1024 to 65535, such as `PORT=8001 make run`.")
    return int(wanted)


def _be_recognisable(stack: Stack) -> None:
    """Start over with the mark in our environment, by which ``down`` knows us from a stranger with the same pid."""
    mine = shop.mark(stack, "run")
    if os.environ.get(MARK) != mine:
        command = [sys.executable, "-m", "deploy.local", "run", "--var", str(stack.state.folder)]
        os.chdir(REPOSITORY)
        os.execve(sys.executable, command, dict(os.environ) | {MARK: mine})


def _open(stack: Stack, port: int) -> None:
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)
    steps = Steps()
    write_private(stack.state.run("run.json"), json.dumps({"pid": os.getpid(), "port": port}))
    _stop_leftovers(stack)
    _demand_port(port)
    supervisor: Supervisor | None = None
    try:
        with steps.step("engines"):
            stack.up(steps.note)
        stack.state.settle_port("realtime", in_use_by_us=False)
        _prepare(stack, port)
        supervisor = Supervisor(shop.services(stack, port), stack.state, say=print)
        supervisor.stop_on_signals()
        with steps.step("web, realtime, workers, schedule"):
            supervisor.start_together()
        print(WELCOME.format(seconds=steps.total(), url=f"http://localhost:{port}", var=stack.state.folder), flush=True)
        supervisor.watch(_engines_supervised(stack), every=CHECK_ENGINES_EVERY)
    except KeyboardInterrupt:
        print(flush=True)
    finally:
        _close(stack, supervisor)


def _interrupt(number: int, frame: object) -> None:
    """End a start that is under way as Ctrl-C would."""
    raise KeyboardInterrupt


def _close(stack: Stack, supervisor: Supervisor | None) -> None:
    steps = Steps()
    if supervisor is not None:
        with steps.step("stopping the shop"):
            supervisor.stop_all(together=True)
    with steps.step("stopping the engines"):
        stack.down()


def _engines_supervised(stack: Stack) -> Callable[[], None]:
    def check() -> None:
        if stack.supervisor() is None:
            stack.up()

    return check


def _prepare(stack: Stack, port: int) -> None:
    log = stack.state.log("prepare")
    done = subprocess.run(
        [sys.executable, "-m", "deploy.local.prepare", str(log)],
        cwd=REPOSITORY,
        env=shop.environment(stack, port) | {"SHOPCLOUD_PROCESS": "prepare"},
        timeout=PREPARE_SECONDS,
        check=False,
    )
    if done.returncode != 0:
        raise PreparationFailed(
            f"Preparing the shop failed. The end of {log}:\n{processes.tail(log, lines=20)}\n\n"
            "Correct what the last line names and start again; what was done already is not repeated."
        )


def _demand_port(port: int) -> None:
    if not ports.is_free(port):
        raise PortTaken(
            f"Port {port} is in use by {_listener(port)}. Stop that program, or choose another port: "
            f"`PORT={port + 1} make run`."
        )


def _listener(port: int) -> str:
    try:
        for connection in psutil.net_connections(kind="tcp"):
            if connection.laddr and connection.laddr.port == port and connection.status == psutil.CONN_LISTEN:
                return f"{psutil.Process(connection.pid).name()} (pid {connection.pid})"
    except (psutil.Error, OSError, ValueError):
        pass  # Other people's processes may not be looked at; the port is taken all the same.
    return "another program"


def _stop_leftovers(stack: Stack) -> None:
    """End the processes that a killed ``run`` left behind; the engines are taken over instead."""
    left = [Running(process) for name in shop.COMMANDS for process in processes.leaders(shop.mark(stack, name))]
    if left:
        with ThreadPoolExecutor(max_workers=len(left)) as pool:
            list(pool.map(lambda one: processes.stop(one, with_signal=signal.SIGTERM, seconds=4), left))


def stop(stack: Stack) -> None:
    """Stop the shop of this state folder, wherever it runs, and its engines. The data stays."""
    pid = _pid_of_run(stack.state.run("run.json"))
    process = processes.by_pid(pid, shop.mark(stack, "run"))
    if process is not None:
        process.terminate()
        if not processes.wait_until(lambda: not processes.is_alive(process), seconds=30):
            process.kill()
    _stop_leftovers(stack)
    stack.down()


def _pid_of_run(record: Path) -> int | None:
    try:
        return int(json.loads(record.read_text())["pid"])
    except (FileNotFoundError, ValueError, KeyError):
        return None


FAILURES = (PortTaken, PreparationFailed, ServiceFailed, subprocess.TimeoutExpired)
