"""Run the bench: a shop of its own in `var/bench`, gunicorn as in production, a table for each part."""

import argparse
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence

from deploy.bench import guests
from deploy.bench.catalog import catalog
from deploy.bench.checkout import make_goods, placing
from deploy.bench.guests import checkouts
from deploy.bench.load import Load, in_turn
from deploy.bench.paths import Path as Measured
from deploy.bench.paths import measured_paths, request
from deploy.bench.serving import gunicorn
from deploy.local import shop
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


# What is measured unless asked otherwise: the catalog's million takes half an hour to load.
USUAL = ("pages", "placing", "checkout")
PARTS = (*USUAL, "catalog")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m deploy.bench", description=__doc__)
    parser.add_argument("part", nargs="*", choices=[*PARTS, []], help="what to measure (all but the catalog)")
    wanted = parser.parse_args().part or USUAL
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
    with gunicorn("shopcloud.wsgi", environment) as shop, gunicorn("deploy.bench.bare", environment) as bare:
        return _run(shop.port, bare.port)


def _placing(stack: Stack, environment: dict[str, str]) -> list[str]:
    return placing(stack, environment, seconds=SECONDS)


def _checkout(stack: Stack, environment: dict[str, str]) -> list[str]:
    make_goods(environment)
    with gunicorn("shopcloud.wsgi", environment) as served:
        checkouts(served.port, seconds=2)
        runs = [checkouts(served.port, seconds=SECONDS) for _ in range(3)]
    return [*guests.HEAD, sorted(runs, key=lambda run: run.rate)[1].row()]


def _catalog(stack: Stack, environment: dict[str, str]) -> list[str]:
    return catalog(stack, environment, seconds=SECONDS, only=ONLY)


_MEASURES = {"pages": _pages, "placing": _placing, "checkout": _checkout, "catalog": _catalog}


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
    for path in (path for path in measured_paths(port) if ONLY in path.name):
        sides = [(bare_port, [request("GET", "/")]), (port, path.requests)]
        bare, load = in_turn(sides, seconds=SECONDS)
        rows.append(_row(path, load, bare.rate))
    return rows


def _row(path: Measured, load: Load, bare: float) -> str:
    budget = f"{path.budget:.2f}" if path.budget else ""
    return (
        f"| {path.name} | {load.rate:.0f} | {bare:.0f} | {load.rate / bare:.2f} | {budget} "
        f"| {load.p50:.1f} | {load.p95:.1f} | {load.p99:.1f} | {load.unexpected} |"
    )


if __name__ == "__main__":
    sys.exit(main())
