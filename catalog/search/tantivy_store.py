"""The files of a Tantivy index: `<root>/<generation>/`, the live one named by the pointer file `<root>/current`.
The name of a generation ends with its edition.

One writer at a time, in any process, under a file lock; readers follow commits and swaps by themselves.
While a rebuild fills a new generation, every change is also written to its journal and replayed before the swap.
"""

import fcntl
import json
import shutil
import tempfile
import threading
import time
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

import tantivy

from catalog.search.document import Document
from catalog.search.index import SearchUnavailable
from catalog.search.spool import by_category
from catalog.search.tantivy_schema import EDITION, register_analyzers, schema, tantivy_document

LOOK_SECONDS = 0.5
LOCK_SECONDS = 10.0
UPDATE_HEAP = 15_000_000
REBUILD_HEAP = 120_000_000
# How many the heap holds, with long texts in three languages; and how many segments the engine's merging waits for.
# Of less than 2,100 each, eight would be no larger to it than one of them.
SEGMENT_DOCUMENTS = 20_000
MERGED_AT_ONCE = 8
BROKEN = (ValueError, OSError, RuntimeError)


class IndexFiles:
    """Opens, watches, writes and replaces the index in `root`."""

    def __init__(self, root: str) -> None:
        self.root = Path(root)
        self.pointer = self.root / "current"
        self._guard = threading.Lock()
        self._index: tantivy.Index | None = None
        self._seen: tuple[str, int, int] | None = None
        self._looked = 0.0
        self._existed = False
        # False for an index of an earlier release: it lacks the newest fields, which must then not be asked for.
        self.is_current = False
        self.edition = 0

    def searcher(self) -> tantivy.Searcher | None:
        """A searcher at most half a second behind; None while no index was ever made here."""
        return self.reading()[1]

    def reading(self) -> tuple[tuple[str, int, int] | None, tantivy.Searcher | None]:
        """The same, and before it what names its commit: the searcher may be of a newer one, but never of an older."""
        if self._index is None or time.monotonic() - self._looked > LOOK_SECONDS:
            with self._guard:
                self._look()
        state = self._seen
        return state, self._index.searcher() if self._index else None

    def _look(self) -> None:
        generation = None
        try:
            generation = self._generation()
            if generation:
                self._follow(generation)
        except BROKEN as error:
            self._index = None
            # A rebuild may have removed the generation between reading the pointer and opening it.
            if generation and generation != self._generation():
                return self._look()
            raise SearchUnavailable("The search index cannot be read. Run reindex_catalog to make it anew.") from error

    def _follow(self, generation: str) -> None:
        seen = (generation, *_state(self.root / generation))
        if self._index is None or not self._seen or self._seen[0] != generation:
            self._index = _open(self.root / generation)
            self.is_current = self._index.schema == schema()
            self.edition = _edition(generation)
        elif seen != self._seen:
            self._index.reload()
        self._seen, self._looked, self._existed = seen, time.monotonic(), True

    def _generation(self) -> str | None:
        """The live generation; None where none was ever made. Raises OSError where one was lost."""
        try:
            return self.pointer.read_text().strip()
        except FileNotFoundError:
            if self._existed or (self.root.is_dir() and any(child.is_dir() for child in self.root.iterdir())):
                raise
            return None

    def change(self, documents: list[Document], gone: list[str]) -> None:
        """Replace `documents` and forget the products `gone`, durably, in one commit."""
        try:
            with self._locked("write.lock"):
                generation = self._generation() or self._new_generation(live=True)
                _write(_open(self.root / generation), documents, gone)
                journal = self._journal_of_a_rebuild()
                if journal:
                    with journal.open("a") as lines:
                        lines.write(json.dumps([documents, gone]) + "\n")
            self._looked, self._existed = 0.0, True
        except BROKEN as error:
            raise SearchUnavailable(
                "The search index cannot be written. Run reindex_catalog to make it anew."
            ) from error

    def replace(self, documents: Iterable[Document]) -> int:
        """Fill a new generation, replay what changed meanwhile, make it the live one and remove the others."""
        self.root.mkdir(parents=True, exist_ok=True)
        with self._locked("rebuild.lock"):
            generation = self._new_generation(live=False)
            journal = self.root / f"{generation}.journal"
            self._forget_journals()
            journal.touch()
            try:
                index = _open(self.root / generation)
                with tempfile.TemporaryDirectory(dir=self.root, prefix="spool-") as spool:
                    _fill(index, *by_category(documents, Path(spool)))
                with self._locked("write.lock"):
                    for line in journal.read_text().splitlines():
                        _write(index, *json.loads(line))
                    self._point_to(generation)
            finally:
                journal.unlink()
                self._remove_others()
            self._looked, self._existed = 0.0, True
            index.reload()
            return int(index.searcher().num_docs)

    def _new_generation(self, *, live: bool) -> str:
        generation = f"{time.time_ns():020d}-{uuid.uuid4().hex[:6]}-{EDITION}"
        (self.root / generation).mkdir(parents=True)
        tantivy.Index(schema(), path=str(self.root / generation))
        if live:
            self._point_to(generation)
        return generation

    def _point_to(self, generation: str) -> None:
        fresh = self.root / f"current.{generation}"
        fresh.write_text(generation)
        fresh.replace(self.pointer)

    def _remove_others(self) -> None:
        live = self.pointer.read_text().strip() if self.pointer.exists() else ""
        for child in self.root.iterdir():
            if child.is_dir() and child.name != live:
                shutil.rmtree(child, ignore_errors=True)

    def _journal_of_a_rebuild(self) -> Path | None:
        """Where a rebuild that runs now wants to hear of changes; what a killed one left behind is removed."""
        journal = next(iter(self.root.glob("*.journal")), None)
        if journal:
            with (self.root / "rebuild.lock").open("a") as handle:
                if _try_lock(handle.fileno()):
                    self._forget_journals()
                    return None
        return journal

    def _forget_journals(self) -> None:
        for journal in self.root.glob("*.journal"):
            journal.unlink()

    @contextmanager
    def _locked(self, name: str) -> Iterator[None]:
        self.root.mkdir(parents=True, exist_ok=True)
        with (self.root / name).open("a") as handle:
            deadline = time.monotonic() + LOCK_SECONDS
            while not _try_lock(handle.fileno()):
                if time.monotonic() > deadline:
                    raise SearchUnavailable("Another process has been writing the search index for too long.")
                time.sleep(0.02)
            yield


def _try_lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _open(folder: Path) -> tantivy.Index:
    index = tantivy.Index.open(str(folder))
    index.config_reader("manual")
    register_analyzers(index)
    return index


def _edition(generation: str) -> int:
    """0 for one that was made before there were any."""
    _moment, _random, *edition = generation.split("-")
    return int(edition[0]) if edition else 0


def _state(folder: Path) -> tuple[int, int]:
    meta = (folder / "meta.json").stat()
    return meta.st_mtime_ns, meta.st_ino


def _write(index: tantivy.Index, documents: list[Document], gone: list[str]) -> None:
    writer = index.writer(UPDATE_HEAP, 1)
    for product_id in [*gone, *(str(fields["product_id"]) for fields in documents)]:
        writer.delete_documents_by_term("product_id", product_id)
    for fields in documents:
        writer.add_document(tantivy_document(fields))
    writer.commit()
    writer.wait_merging_threads()


def _fill(index: tantivy.Index, count: int, documents: Iterator[Document]) -> None:
    """Into one segment, however many: a search asks each segment, and counts its facets there.

    The engine makes one of eight alike as soon as there are eight, so they are written in equal parts, 8, 64 or 512.
    """
    parts = 1
    while count > parts * SEGMENT_DOCUMENTS:
        parts *= MERGED_AT_ONCE
    writer = index.writer(REBUILD_HEAP, 1)
    for part in range(parts):
        for fields in islice(documents, (part + 1) * count // parts - part * count // parts):
            writer.add_document(tantivy_document(fields))
        writer.commit()
    writer.wait_merging_threads()
