"""Products in the order of their categories, however many: what is searched together stands together in the index.

A shopper's words mostly name a kind of thing, so that what they find lies in few places: lists are skipped instead of
read, and what is counted is at hand.
"""

import json
from collections.abc import Iterable, Iterator
from itertools import groupby, islice
from pathlib import Path
from typing import cast

from catalog.search.document import Document

AT_ONCE = 5000


def by_category(documents: Iterable[Document], folder: Path) -> tuple[int, Iterator[Document]]:
    """How many `documents` there are, and all of them, those of one category one after the other; no more than
    `AT_ONCE` are ever in memory.

    They wait in `folder`, a file for each category, some 2 GB for a million of them.
    """
    files: dict[tuple[str, ...], Path] = {}
    coming, count = iter(documents), 0
    while some := sorted(islice(coming, AT_ONCE), key=_category):
        count += len(some)
        for category, alike in groupby(some, key=_category):
            file = files.setdefault(category, folder / f"{len(files)}.jsonl")
            with file.open("a", encoding="utf-8") as lines:
                lines.writelines(f"{json.dumps(document)}\n" for document in alike)
    return count, _read(files[category] for category in sorted(files))


def _read(files: Iterable[Path]) -> Iterator[Document]:
    for file in files:
        with file.open(encoding="utf-8") as lines:
            yield from map(json.loads, lines)


def _category(document: Document) -> tuple[str, ...]:
    """A category and what stands above it, which also keeps departments together."""
    return tuple(cast("list[str]", document["category"]))
