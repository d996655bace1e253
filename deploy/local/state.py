"""The state folder: where things lie in it, and what is remembered from one start to the next."""

import contextlib
import fcntl
import json
import os
import secrets
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from deploy.local.ports import choose_port

REPOSITORY = Path(__file__).resolve().parents[2]
TOOLS = REPOSITORY / "var" / "tools"

SECRETS = ("postgres_admin", "postgres", "valkey", "aws_secret_access_key", "secret_key")


class StateUnreadable(Exception):
    """The remembered ports and secrets cannot be read back."""


class StateBusy(Exception):
    """Another process holds the state folder for longer than is reasonable."""


def default_folder() -> Path:
    """The folder named by ``SHOPCLOUD_VAR``, else ``var/`` in the clone."""
    return Path(os.environ.get("SHOPCLOUD_VAR") or REPOSITORY / "var").expanduser().resolve()


class State:
    """One state folder. Ports and secrets are made once and kept in ``engines.json``, readable by its owner alone."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.expanduser().resolve()
        self.file = self.folder / "engines.json"

    def make(self) -> None:
        """Create the folder and its fixed parts, and every secret that is still missing."""
        for part in (self.folder, self.folder / "run", self.folder / "log", self.folder / "mail"):
            part.mkdir(parents=True, exist_ok=True)
        kept = self.read()
        known = kept.setdefault("secrets", {})
        for name in SECRETS:
            known.setdefault(name, secrets.token_hex(32))
        known.setdefault("aws_access_key_id", "LOCAL" + secrets.token_hex(8).upper())
        self.write(kept)

    def read(self) -> dict[str, Any]:
        """All that is remembered; empty for a folder never used."""
        try:
            kept: dict[str, Any] = json.loads(self.file.read_text())
        except FileNotFoundError:
            return {}
        except (OSError, ValueError) as error:
            raise StateUnreadable(
                f"{self.file} cannot be read ({error}). It holds the passwords of the data beside it: restore it, or "
                f"delete the whole folder {self.folder} to start empty."
            ) from error
        return kept

    def write(self, kept: dict[str, Any]) -> None:
        """Remember ``kept``, whole or not at all."""
        if kept != self.read():
            write_private(self.file, json.dumps(kept, indent=2, sort_keys=True) + "\n")

    def secret(self, name: str) -> str:
        """A generated secret by name."""
        return str(self.read()["secrets"][name])

    def port(self, name: str) -> int:
        """The port remembered for a process."""
        return int(self.read()["ports"][name])

    def settle_port(self, name: str, *, in_use_by_us: bool) -> int:
        """Keep the remembered port unless a stranger took it; then choose and remember another."""
        kept = self.read()
        ports = kept.setdefault("ports", {})
        others = {port for owner, port in ports.items() if owner != name}
        if not (in_use_by_us and name in ports):
            ports[name] = choose_port(seed=f"{self.folder}:{name}", wanted=ports.get(name), avoid=others)
            self.write(kept)
        return int(ports[name])

    def log(self, name: str) -> Path:
        """The log file of a process."""
        return self.folder / "log" / f"{name}.log"

    def run(self, file: str) -> Path:
        """A file of the running processes: records, locks and holds."""
        return self.folder / "run" / file

    @contextlib.contextmanager
    def locked(self, name: str, *, seconds: float) -> Iterator[None]:
        """Hold the lock ``name``; the kernel frees it when its holder dies, however it dies."""
        with self.run(f"{name}.lock").open("a") as file:
            deadline = time.monotonic() + seconds
            while not _try_lock(file.fileno()):
                if time.monotonic() > deadline:
                    raise StateBusy(f"Another command holds {self.folder} ({name}). Wait for it, or stop it.")
                time.sleep(0.05)
            yield


def _try_lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def write_private(path: Path, text: str) -> None:
    """Replace a file in one step with one that only its owner may read."""
    temporary = path.with_name(f"{path.name}.{os.getpid()}.new")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
