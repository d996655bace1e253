"""The command line: ``run``, ``up``, ``down``, ``status``, ``env``, ``destroy``."""

import argparse
import shlex
import sys
from collections.abc import Callable
from pathlib import Path

from deploy.local import run as shop_run
from deploy.local.engines.base import EngineMissing
from deploy.local.engines.npm import NpmFailed
from deploy.local.engines.postgres import ClusterFailed
from deploy.local.ports import NoFreePort
from deploy.local.stack import Stack
from deploy.local.state import StateBusy, StateUnreadable, default_folder
from deploy.local.steps import Steps

FAILURES = (
    *(ClusterFailed, EngineMissing, NoFreePort, NpmFailed, StateBusy, StateUnreadable),
    *shop_run.FAILURES,
)


def main(arguments: list[str] | None = None) -> int:
    """Run one command; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m deploy.local", description="The shop's engines on this machine.")
    parser.add_argument("command", choices=sorted(COMMANDS), help="what to do")
    parser.add_argument("--var", type=Path, default=None, help="the state folder (default: SHOPCLOUD_VAR, else var/)")
    options = parser.parse_args(arguments)
    stack = Stack(options.var or default_folder())
    try:
        return COMMANDS[options.command](stack)
    except FAILURES as failure:
        print(f"\n{failure}", file=sys.stderr)
        return 1


def up(stack: Stack) -> int:
    """Start the engines and leave them running in the background."""
    steps = Steps()
    with steps.step("engines"):
        stack.up(steps.note)
    return status(stack)


def down(stack: Stack) -> int:
    """Stop the shop, if it runs, and the engines; the data stays."""
    with Steps().step("stopping"):
        shop_run.stop(stack)
    return 0


def destroy(stack: Stack) -> int:
    """Stop everything and delete all data, secrets and logs."""
    with Steps().step(f"deleting the data in {stack.state.folder}"):
        shop_run.stop(stack)
        stack.destroy()
    return 0


def status(stack: Stack) -> int:
    """One line an engine; exit status 0 when all of them answer."""
    print(f"{'engine':<10} {'pid':>8} {'port':>6}  {'healthy':<8} restarts")
    found = stack.status()
    for one in found:
        answer = "held" if one.held else "yes" if one.healthy else "no"
        print(f"{one.name:<10} {one.pid or '-':>8} {one.port or '-':>6}  {answer:<8} {one.restarts}")
    return 0 if all(one.healthy for one in found) else 3


def env(stack: Stack) -> int:
    """Print the settings as shell exports: ``eval "$(python -m deploy.local env)"``."""
    if "ports" not in stack.state.read():
        print(f"{stack.state.folder} was never started. Run `python -m deploy.local up` first.", file=sys.stderr)
        return 1
    for name, value in stack.environment().items():
        print(f"export {name}={shlex.quote(value)}")
    return 0


def supervise(stack: Stack) -> int:
    """Keep the engines running until SIGTERM (``up`` starts this in the background)."""
    stack.supervise()
    return 0


COMMANDS: dict[str, Callable[[Stack], int]] = {
    "run": shop_run.run,
    "up": up,
    "down": down,
    "status": status,
    "env": env,
    "destroy": destroy,
    "supervise": supervise,
}
