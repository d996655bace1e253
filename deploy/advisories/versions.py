"""How versions follow one another: PEP 440 for Python's packages, semantic versions for npm's."""

import re
from typing import Any

from packaging.version import Version

SEMVER = re.compile(r"v?(\d+)(?:\.(\d+))?(?:\.(\d+))?(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]+)?")


def order(ecosystem: str, version: str) -> Any:
    """A value that sorts as the ecosystem sorts its versions. Raises ValueError for what is no version there."""
    return Version(version) if ecosystem == "PyPI" else _semver(version)


def _semver(version: str) -> tuple[Any, ...]:
    found = SEMVER.fullmatch(version.strip())
    if found is None:
        raise ValueError(f"{version!r} is no semantic version")
    numbers = tuple(int(part or 0) for part in found.groups()[:3])
    if found[4] is None:
        return (*numbers, 1, ())
    # A release follows its pre-releases; a number precedes a word (semver.org, 11).
    return (*numbers, 0, tuple((0, int(one), "") if one.isdigit() else (1, 0, one) for one in found[4].split(".")))
