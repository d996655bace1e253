"""What the tree pins: the lock files of Python and npm, and the browser code that is kept as files."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from packaging.requirements import Requirement

from deploy.advisories.snapshot import normalised

ROOT = Path(__file__).parents[2]
PYTHON = ("requirements.txt", "requirements-dev.txt", "deploy/local/requirements-node.txt")
NPM = ("deploy/local/package-lock.json", "tests/journeys/clients/package-lock.json")
VENDORED = "shopcloud/static/vendor/README.md"
# | `file` | version | licence | npm `package`, ... |
VENDORED_ROW = re.compile(r"^\|[^|]+\| (\d[\w.+-]*) \|[^|]+\| npm `([^`]+)`", re.MULTILINE)


class UnreadableLock(Exception):
    """str() says which file and why."""


@dataclass(frozen=True, order=True)
class Pin:
    ecosystem: str
    package: str
    version: str


def pinned(root: Path = ROOT) -> list[Pin]:
    """Each package and version once, however many files name it."""
    found: set[Pin] = set()
    for name in PYTHON:
        found |= set(_of(root / name, _python))
    for name in NPM:
        found |= set(_of(root / name, _npm))
    return sorted(found | set(_of(root / VENDORED, _vendored)))


def _of(path: Path, reader: Callable[[str], Iterator[Pin]]) -> list[Pin]:
    try:
        pins = list(reader(path.read_text()))
    except (OSError, ValueError, KeyError) as error:
        raise UnreadableLock(f"{path}: {error}") from error
    if not pins:
        raise UnreadableLock(f"{path} pins nothing")
    return pins


def _python(text: str) -> Iterator[Pin]:
    for line in text.splitlines():
        if line[:1].isalnum():
            requirement = Requirement(line.rstrip(" \\"))
            version = str(requirement.specifier).removeprefix("==")
            yield Pin("PyPI", normalised("PyPI", requirement.name), version)


def _npm(text: str) -> Iterator[Pin]:
    for place, entry in json.loads(text)["packages"].items():
        if "node_modules/" in place and "version" in entry:
            yield Pin("npm", entry.get("name", place.rpartition("node_modules/")[2]), entry["version"])


def _vendored(text: str) -> Iterator[Pin]:
    for version, package in VENDORED_ROW.findall(text):
        yield Pin("npm", package, version)
