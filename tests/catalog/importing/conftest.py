from datetime import UTC, datetime
from pathlib import Path

import pytest

from catalog.importing import looks
from catalog.importing.importer import read_file
from catalog.importing.preview import Diff, diff_of
from catalog.models import ProductImport
from shopcloud.lib import clock

SAMPLES = Path(__file__).parent / "samples"
SHARED = Path(__file__).resolve().parents[4] / "shared" / "data"
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def furniture():
    return read_file(SAMPLES / "furniture.csv", mapping="ikea", now=NOW)


@pytest.fixture
def shopify():
    return read_file(SAMPLES / "shopify.csv", now=NOW)


@pytest.fixture
def lamps():
    return read_file(SAMPLES / "lamps.jsonl", mapping=str(SAMPLES / "lamps.toml"), now=NOW)


@pytest.fixture
def shared_file():
    """The path of one of the large public files, where they are beside the repository."""

    def path_of(name: str) -> Path:
        if not (SHARED / name).exists():
            pytest.skip(f"{name} is not in ../shared/data beside the repository")
        return SHARED / name

    return path_of


@pytest.fixture
def file_of(tmp_path):
    """Writes a file: `file_of(b"a,b\\n1,2\\n", "x.csv")`."""

    def write(content: bytes, name: str = "goods.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(content)
        return path

    return write


def diff_made_for(row: ProductImport) -> Diff | None:
    """The first page of what a file would change now, read by a worker for it."""
    looks.look_at(row)
    looks.ask_again(import_id=row.pk, now=clock.now())
    looks.make(import_id=row.pk, now=clock.now())
    return diff_of(looks.look_at(row), page=1)
