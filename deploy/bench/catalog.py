"""The catalog bench: the same pages at ten thousand, a hundred thousand and a million products.

Each size has tables, keys and an index of its own, which stay: run again, only the measuring is done.
"""

import datetime as dt
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deploy.bench import plot
from deploy.bench.catalog_paths import cart_path, catalog_paths
from deploy.bench.load import Load, measure, steady
from deploy.bench.paths import Path as Measured
from deploy.bench.paths import request
from deploy.bench.serving import Served, gunicorn
from deploy.local.stack import Stack
from deploy.local.state import REPOSITORY

SIZES = tuple(int(size) for size in os.environ.get("SIZES", "10000 100000 1000000").split())
HEAD = (
    "| path | products | requests/s | ratio | budget | p50 ms | p95 ms | p99 ms | errors | SQL | Redis | DynamoDB |",
    "|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|",
)


@dataclass(frozen=True)
class Row:
    """A path at one size: what it did, beside the bare view's rate and the calls a request makes."""

    path: Measured
    size: int
    load: Load
    bare: float
    calls: dict[str, float]

    def line(self) -> str:
        load, budget = self.load, f"{self.path.budget:.2f}" if self.path.budget else ""
        numbers = " | ".join(f"{self.calls[kind]:g}" for kind in ("sql", "redis", "dynamo"))
        return (
            f"| {self.path.name} | {self.size:,} | {load.rate:.0f} | {load.rate / self.bare:.2f} | {budget} "
            f"| {load.p50:.1f} | {load.p95:.1f} | {load.p99:.1f} | {load.unexpected} | {numbers} |"
        )


def catalog(stack: Stack, environment: dict[str, str], *, seconds: float, only: str = "") -> list[str]:
    """The table of all sizes; the plot is written beside it."""
    rows: list[Row] = []
    notes: list[str] = []
    with gunicorn("deploy.bench.bare", environment) as bare:
        for size in SIZES:
            own = environment_of(size, stack.state.folder, environment)
            notes += _filled(size, stack.state.folder, own)
            with gunicorn("shopcloud.wsgi", own) as shop:
                for row in _measured(size, own, shop, bare, seconds, only):
                    print(row.line(), flush=True)
                    rows.append(row)
                held = ", ".join(f"{mb:.0f}" for mb in shop.megabytes())
            notes.append(f"- {size:,} products: the web workers hold {held} MB after it.")
    (stack.state.folder / "bench-catalog.svg").write_text(_plot(rows))
    return [*HEAD, *(row.line() for row in by_path(rows)), "", *notes]


def by_path(rows: list[Row]) -> list[Row]:
    """The sizes of one path below each other, the paths in the order they were measured in."""
    names = list(dict.fromkeys(row.path.name for row in rows))
    return sorted(rows, key=lambda row: (names.index(row.path.name), row.size))


def environment_of(size: int, folder: Path, environment: dict[str, str]) -> dict[str, str]:
    """The shop's environment with tables, keys and an index for this size alone."""
    return environment | {
        "DYNAMODB_TABLE_PREFIX": f"bench{size}-",
        "REDIS_PREFIX": f"bench{size}",
        "SEARCH_URL": f"tantivy://{folder}/search-{size}",
    }


def _filled(size: int, folder: Path, environment: dict[str, str]) -> Iterator[str]:
    """Load and index what is missing; tells how that went."""
    _run(environment, "manage.py", "create_stores")
    _run(environment, "-m", "deploy.bench.loading", str(size), str(folder / f"load-{size}.json"))
    _inside(environment, "stock")
    indexed = _inside(environment, "index", str(size))
    kept = folder / f"index-{size}.json"
    if indexed:
        kept.write_text(json.dumps(indexed))
    if kept.exists():
        told = json.loads(kept.read_text())
        yield (
            f"- {size:,} products: indexed anew in {told['seconds']:.0f} s, {told['rate']:,}/s, "
            f"by a process of {told['peak_mb']} MB at most."
        )
    yield f"- {size:,} products: a saved product was found after {_inside(environment, 'fresh'):.2f} s."


def _measured(
    size: int, environment: dict[str, str], shop: Served, bare: Served, seconds: float, only: str
) -> Iterator[Row]:
    paths = [*catalog_paths(size, session=_inside(environment, "session")), cart_path(shop.port)]
    paths = [path for path in paths if only in path.name]
    calls = _inside(environment, "calls", given={p.name: [r.decode() for r in p.requests[-26:]] for p in paths})
    before = _bare(bare, seconds)
    for path in paths:
        # Another stretch than is measured: a cold path must stay cold.
        measure(shop.port, path.requests[: len(path.requests) // 12 or 1], seconds=1)
        load = steady(shop.port, path.requests, seconds=seconds)
        after = _bare(bare, seconds)
        # The machine's speed drifts: a path is held against the bare view measured just before and just after it.
        yield Row(path, size, load, (before + after) / 2, calls[path.name])
        before = after


def _bare(bare: Served, seconds: float) -> float:
    return steady(bare.port, [request("GET", "/")], seconds=seconds / 2).rate


def _plot(rows: list[Row]) -> str:
    found: dict[str, dict[int, float]] = {}
    for row in rows:
        found.setdefault(row.path.name, {})[row.size] = row.load.p95
    day = dt.datetime.now(tz=dt.UTC).date()
    return plot.latencies(found, title=f"p95 latency by products in the catalog, 8 connections, {day}")


def _run(environment: dict[str, str], *arguments: str) -> None:
    subprocess.run([sys.executable, *arguments], cwd=REPOSITORY, env=environment, check=True, stdout=sys.stderr)


def _inside(environment: dict[str, str], *arguments: str, given: Any = None) -> Any:
    command = [sys.executable, "-m", "deploy.bench.inside", *arguments]
    done = subprocess.run(
        command, cwd=REPOSITORY, env=environment, check=True, stdout=subprocess.PIPE, input=json.dumps(given).encode()
    )
    return json.loads(done.stdout.splitlines()[-1])
