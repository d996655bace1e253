"""Run the bench: a shop of its own in `var/bench`, gunicorn as in production, a table for each part."""

import argparse
import contextlib
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from pathlib import Path

from deploy.bench import guests
from deploy.bench.checkout import make_goods, placing
from deploy.bench.guests import checkouts
from deploy.bench.load import Load, measure, steady
from deploy.bench.paths import Path as Measured
from deploy.bench.paths import measured_paths, request
from deploy.local import ports, shop
from deploy.local.stack import Stack
from deploy.local.state import REPOSITORY

SECONDS = float(os.environ.get("BENCH_SECONDS", "6"))
# Part of the names of the paths to measure; empty for all.
ONLY = os.environ.get("BENCH_ONLY", "")
VAR = REPOSITORY / "var" / "bench"


HEAD = (
    "| path | requests/s | a bare view | ratio | budget | p50 ms | p95 ms | p99 ms | errors |",
    "|---|--:|--:|--:|--:|--:|--:|--:|--:|",
)


PARTS = ("pages", "placing", "checkout")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m deploy.bench", description=__doc__)
    parser.add_argument("part", nargs="*", choices=[*PARTS, []], help="what to measure (all of it)")
    wanted = parser.parse_args().part or PARTS
    stack = Stack(VAR)
    stack.up()
    try:
        tables = list(_tables(stack, _prepared(stack), wanted))
    finally:
        stack.down()
    (VAR / "results.md").write_text("\n\n".join(tables) + "\n")
    return 0


def _tables(stack: Stack, environment: dict[str, str], wanted: Sequence[str]) -> Iterator[str]:
    for part in PARTS:
        if part in wanted:
            table = "\n".join(_MEASURES[part](stack, environment))
            print(table + "\n", flush=True)
            yield table


def _pages(stack: Stack, environment: dict[str, str]) -> list[str]:
    with _gunicorn("shopcloud.wsgi", environment) as port, _gunicorn("deploy.bench.bare", environment) as bare:
        return _run(port, bare)


def _placing(stack: Stack, environment: dict[str, str]) -> list[str]:
    return placing(stack, environment, seconds=SECONDS)


def _checkout(stack: Stack, environment: dict[str, str]) -> list[str]:
    make_goods(environment)
    with _gunicorn("shopcloud.wsgi", environment) as port:
        checkouts(port, seconds=2)
        runs = [checkouts(port, seconds=SECONDS) for _ in range(3)]
    return [*guests.HEAD, sorted(runs, key=lambda run: run.rate)[1].row()]


_MEASURES = {"pages": _pages, "placing": _placing, "checkout": _checkout}


def _prepared(stack: Stack) -> dict[str, str]:
    stack.state.settle_port("realtime", in_use_by_us=False)
    environment = shop.environment(stack, 8000) | {"API_RATE": "1000000/min", "API_ORDER_RATE": "1000000/min"}
    subprocess.run(
        [sys.executable, "-m", "deploy.local.prepare", str(VAR / "prepare.log")],
        cwd=REPOSITORY,
        env=environment,
        check=True,
        timeout=600,
    )
    return environment


def _run(port: int, bare_port: int) -> list[str]:
    rows = [*HEAD]
    before = _bare(bare_port)
    for path in (path for path in measured_paths(port) if ONLY in path.name):
        measure(port, path.requests, seconds=1)
        load = steady(port, path.requests, seconds=SECONDS)
        after = _bare(bare_port)
        # The machine's speed drifts: a path is held against the bare view measured just before and just after it.
        rows.append(_row(path, load, (before + after) / 2))
        before = after
    return rows


def _bare(port: int) -> float:
    return steady(port, [request("GET", "/")], seconds=SECONDS / 2).rate


def _row(path: Measured, load: Load, bare: float) -> str:
    budget = f"{path.budget:.2f}" if path.budget else ""
    return (
        f"| {path.name} | {load.rate:.0f} | {bare:.0f} | {load.rate / bare:.2f} | {budget} "
        f"| {load.p50:.1f} | {load.p95:.1f} | {load.p99:.1f} | {load.unexpected} |"
    )


@contextlib.contextmanager
def _gunicorn(application: str, environment: dict[str, str]) -> Iterator[int]:
    port = ports.choose_port(seed=application)
    gunicorn = str(Path(sys.executable).with_name("gunicorn"))
    process = subprocess.Popen(
        [gunicorn, "-c", "deploy/docker/gunicorn.conf.py", "--bind", f"127.0.0.1:{port}", application],
        cwd=REPOSITORY,
        env=environment | {"SHOPCLOUD_PROCESS": "web"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait(port)
        yield port
    finally:
        process.terminate()
        process.wait(timeout=30)


def _wait(port: int) -> None:
    for _ in range(100):
        with contextlib.suppress(OSError):
            urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=2).close()
            return
        time.sleep(0.2)
    raise TimeoutError("gunicorn did not answer within 20 s")


if __name__ == "__main__":
    sys.exit(main())
