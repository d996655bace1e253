"""State folders and stacks of their own, so that these tests may kill what others use."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.local.stack import Stack


@pytest.fixture(scope="session", autouse=True)
def stores() -> None:
    """Nothing here touches the shop's stores, so none are made."""


@pytest.fixture(autouse=True)
def clean_redis() -> None:
    """Nothing here touches the shop's stores, so none are emptied."""


@pytest.fixture(scope="session")
def folder() -> Iterator[Path]:
    """A state folder of this worker's own that every account may enter; gone afterwards, with all it holds."""
    path = Path(tempfile.mkdtemp(prefix="shop-"))
    path.chmod(0o755)
    yield path
    stack = Stack(path)
    stack.down()
    stack.destroy()
    shutil.rmtree(path)


@pytest.fixture
def stack(folder: Path) -> Stack:
    """The engines of that folder, all of them up, whatever the test before did to them."""
    stack = Stack(folder)
    stack.up()
    return stack
