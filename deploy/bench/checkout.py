"""The checkout bench: placing an order beside PostgreSQL's own rate for the same rows, and whole guest checkouts."""

import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from deploy.local.engines.postgres_home import Home
from deploy.local.stack import Stack
from deploy.local.state import REPOSITORY

CLIENTS = (1, 4, 8, 16)
SHELVES = {"hot": "one hot SKU", "many": "1,000 SKUs"}
BUDGET = 0.20
HEAD = (
    "| placing 3 lines | clients | orders/s | p50 ms | p95 ms | the engine's own orders/s | ratio | budget |",
    "|---|--:|--:|--:|--:|--:|--:|--:|",
)


@dataclass(frozen=True)
class Placing:
    """The shop and the engine alone, each with so many clients, in the same minute."""

    shelf: str
    clients: int
    rate: float
    p50: float
    p95: float
    engine: float

    def row(self) -> str:
        return (
            f"| {SHELVES[self.shelf]} | {self.clients} | {self.rate:.0f} | {self.p50:.1f} | {self.p95:.1f} "
            f"| {self.engine:.0f} | {self.rate / self.engine:.2f} | {BUDGET:.2f} |"
        )


def placing(stack: Stack, environment: dict[str, str], *, seconds: float) -> list[str]:
    """The table of placing orders."""
    folder = stack.state.folder
    _inside(environment, "script", str(folder))
    rows = []
    for shelf in SHELVES:
        for clients in CLIENTS:
            script = folder / f"{shelf}.sql"
            before = _engine(stack, script, clients, seconds / 2)
            found = json.loads(_inside(environment, "run", str(clients), str(seconds), shelf))
            after = _engine(stack, script, clients, seconds / 2)
            # The machine's speed drifts: the engine is measured just before and just after the shop.
            rows.append(Placing(shelf, clients, **found, engine=(before + after) / 2).row())
    return [*HEAD, *rows]


def make_goods(environment: dict[str, str]) -> None:
    """The thousand products that carts are filled with."""
    _inside(environment, "goods")


def _inside(environment: dict[str, str], *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "deploy.bench.placing", *arguments],
        cwd=REPOSITORY,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        timeout=600,
    )
    return done.stdout


def _engine(stack: Stack, script: Path, clients: int, seconds: float) -> float:
    """Transactions a second of pgbench, each statement prepared."""
    postgres = stack.engine("postgres").engine
    command = [str(Home.remembered(stack.state).binaries / "pgbench"), "--no-vacuum", "--protocol=prepared"]
    done = subprocess.run(
        [
            *command,
            *(f"--client={clients}", f"--jobs={min(clients, 2)}", f"--time={max(1, round(seconds))}"),
            *(f"--file={script}", "--host=127.0.0.1", f"--port={postgres.port}", "--username=shopcloud", "shopcloud"),
        ],
        env={**os.environ, "PGPASSWORD": stack.state.secret("postgres")},
        capture_output=True,
        text=True,
        timeout=120,
    )
    found = re.search(r"tps = ([\d.]+)", done.stdout)
    if done.returncode or found is None:
        raise RuntimeError(f"pgbench failed:\n{done.stdout[-1000:]}{done.stderr[-2000:]}")
    return float(found[1])
