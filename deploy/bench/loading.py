"""Fill the catalog with N synthetic products: `python -m deploy.bench.loading N CHECKPOINT` in the shop's environment.

A third argument says among how many different pictures they choose.

Killed at any moment, it goes on where it was when run again: products are made from their index, written over
whatever a lost writer left behind, and the checkpoint file says up to which index all of them are stored.
"""

import json
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from deploy.bench import synthetic
from deploy.local.state import REPOSITORY

if TYPE_CHECKING:
    from catalog.domain import Image

PICTURES = REPOSITORY / "deploy" / "demo" / "assets" / "renders"
MANY_PICTURES = 24
CHUNK = 250
WRITERS = 4
BAR = 24


def main(arguments: list[str]) -> int:
    import django

    django.setup()
    from catalog import services

    services.save_categories(categories=synthetic.categories())
    pictures = stored_pictures(int(arguments[2]) if len(arguments) > 2 else MANY_PICTURES)
    load(int(arguments[0]), Checkpoint(Path(arguments[1])), Bar(int(arguments[0])).show, pictures=pictures)
    return 0


def stored_pictures(many: int = MANY_PICTURES) -> list["Image"]:
    """Some of the demo's pictures, kept in the shop's storage."""
    from catalog.domain import Image
    from media.services import store_image

    stored = (store_image(file.read_bytes()) for file in sorted(PICTURES.glob("*.webp"))[:many])
    return [Image(picture.key, picture.width, picture.height) for picture in stored]


@dataclass(frozen=True)
class Checkpoint:
    """The file that says how many products, from the first on, are surely stored in which table."""

    path: Path

    def done(self) -> int:
        """0 where there is no file, it is of another shop, or the last product it speaks of is not in the store."""
        from catalog import queries
        from catalog.domain import Freshness

        try:
            kept = json.loads(self.path.read_text())
        except (FileNotFoundError, ValueError):
            return 0
        if kept["of"] != _place() or not kept["done"]:
            return 0
        last = synthetic.product_id(kept["done"] - 1)
        return int(kept["done"]) if queries.products_by_id([last], freshness=Freshness.STRONG) else 0

    def keep(self, done: int) -> None:
        fresh = self.path.with_suffix(".fresh")
        fresh.write_text(json.dumps({"of": _place(), "done": done}))
        fresh.replace(self.path)


@dataclass
class Bar:
    """A bar that is drawn anew on a terminal, and is a line every few seconds in a file."""

    total: int
    began: float = field(default_factory=time.monotonic)
    _first: int | None = None
    _shown: float = 0.0

    def show(self, done: int) -> None:
        now, terminal = time.monotonic(), sys.stderr.isatty()
        if self._first is None:
            self._first = done
        if done < self.total and now - self._shown < (0.2 if terminal else 5.0):
            return
        self._shown = now
        print(self.line(done, now - self.began), end="\r" if terminal and done < self.total else "\n", file=sys.stderr)

    def line(self, done: int, seconds: float) -> str:
        """`[####....]  40 % of 10,000, 2,200/s, 3 s left`"""
        rate = (done - (self._first or 0)) / seconds if seconds else 0.0
        filled = BAR * done // self.total if self.total else BAR
        left = f"{(self.total - done) / rate:.0f} s left" if rate else "..."
        share = f"{100 * done // max(self.total, 1):3} % of {self.total:,}"
        return f"[{'#' * filled}{'.' * (BAR - filled)}] {share}, {rate:,.0f}/s, {left}"


def load(
    count: int, checkpoint: Checkpoint, progress: Callable[[int], None], *, pictures: Sequence["Image"] = ()
) -> None:
    """Store the first `count` products, several writers side by side; tells `progress` how many are surely stored."""
    done = min(checkpoint.done(), count)
    progress(done)
    with ThreadPoolExecutor(max_workers=WRITERS, thread_name_prefix="load") as writers:
        writing: deque[tuple[int, Future[None]]] = deque()
        for start, stop in _chunks(done, count):
            writing.append((stop, writers.submit(_write, start, stop, pictures)))
            if len(writing) > WRITERS * 2:
                _finish(writing, checkpoint, progress)
        while writing:
            _finish(writing, checkpoint, progress)


def _finish(writing: deque[tuple[int, Future[None]]], checkpoint: Checkpoint, progress: Callable[[int], None]) -> None:
    """Wait for the oldest chunk: whatever lies before it is stored, so the checkpoint may move behind it."""
    stop, written = writing.popleft()
    written.result()
    checkpoint.keep(stop)
    progress(stop)


def _chunks(start: int, stop: int) -> Iterator[tuple[int, int]]:
    return ((at, min(at + CHUNK, stop)) for at in range(start, stop, CHUNK))


def _write(start: int, stop: int, pictures: Sequence["Image"]) -> None:
    from catalog import services

    services.load_products(products=list(synthetic.products(start, stop, pictures=pictures)))


def _place() -> str:
    from django.conf import settings

    # Not its address: an engine on this machine takes another port each time, with the same tables.
    return f"{settings.DYNAMODB_TABLE_PREFIX}products, seed {synthetic.SEED}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
