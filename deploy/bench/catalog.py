"""The catalog bench: the same pages at ten thousand, a hundred thousand and a million products.

Each size has tables, keys and an index of its own, which stay: run again, only the measuring is done.
"""

import contextlib
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
from deploy.bench.load import Load, in_turn
from deploy.bench.paths import Path as Measured
from deploy.bench.paths import request
from deploy.bench.serving import Served, gunicorn
from deploy.local.stack import Stack
from deploy.local.state import REPOSITORY

SIZES = tuple(int(size) for size in os.environ.get("SIZES", "10000 100000 1000000").split())
HEAD = (
    "| path | products | requests/s | slower | ratio | budget | p50 ms | p95 ms | p99 ms | errors | SQL | Redis "
    "| DynamoDB |",
    "|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|",
)


@dataclass(frozen=True)
class Row:
    """A path at one size: what it did, beside the bare view's rate and the calls a request makes.

    `most` is the rate of the same path at the smallest size.
    """

    path: Measured
    size: int
    load: Load
    most: float
    bare: float
    calls: dict[str, float]

    def line(self) -> str:
        load, budget = self.load, f"{self.path.budget:.2f}" if self.path.budget else ""
        numbers = " | ".join(f"{self.calls[kind]:g}" for kind in ("sql", "redis", "dynamo"))
        return (
            f"| {self.path.name} | {self.size:,} | {load.rate:.0f} | {self.most / load.rate:.2f} "
            f"| {load.rate / self.bare:.2f} | {budget} "
            f"| {load.p50:.1f} | {load.p95:.1f} | {load.p99:.1f} | {load.unexpected} | {numbers} |"
        )


@dataclass(frozen=True)
class Shop:
    """A shop of one size that answers, and the paths to measure in it."""

    size: int
    served: Served
    paths: list[Measured]
    calls: dict[str, dict[str, float]]


def catalog(stack: Stack, environment: dict[str, str], *, seconds: float, only: str = "") -> list[str]:
    """The table of all sizes; the plot is written beside it."""
    folder, rows = stack.state.folder, []
    sizes = {size: environment_of(size, folder, environment) for size in SIZES}
    notes = [note for size, own in sizes.items() for note in _filled(size, folder, own)]
    with contextlib.ExitStack() as serving:
        bare = serving.enter_context(gunicorn("deploy.bench.bare", environment))
        shops = [_opened(serving, size, own, only) for size, own in sizes.items()]
        for row in _measured(shops, bare, seconds):
            print(row.line(), flush=True)
            rows.append(row)
        for shop in shops:
            held = ", ".join(f"{mb:.0f}" for mb in shop.served.megabytes())
            notes.append(f"- {shop.size:,} products: the web workers hold {held} MB after it.")
    (folder / "bench-catalog.svg").write_text(_plot(rows))
    return [*HEAD, *(row.line() for row in rows), "", *notes]


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


def _opened(serving: contextlib.ExitStack, size: int, environment: dict[str, str], only: str) -> Shop:
    served = serving.enter_context(gunicorn("shopcloud.wsgi", environment))
    paths = [*catalog_paths(size, session=_inside(environment, "session")), cart_path(served.port)]
    paths = [path for path in paths if only in path.name]
    calls = _inside(environment, "calls", given={p.name: [r.decode() for r in p.requests[-26:]] for p in paths})
    return Shop(size, served, paths, calls)


def _measured(shops: list[Shop], bare: Served, seconds: float) -> Iterator[Row]:
    """Each path at every size and the bare view in turn, before the next path."""
    for paths in zip(*(shop.paths for shop in shops), strict=True):
        sides = [(shop.served.port, path.requests) for shop, path in zip(shops, paths, strict=True)]
        without_shop, *loads = in_turn([(bare.port, [request("GET", "/")]), *sides], seconds=seconds)
        for shop, path, load in zip(shops, paths, loads, strict=True):
            yield Row(path, shop.size, load, loads[0].rate, without_shop.rate, shop.calls[path.name])


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
