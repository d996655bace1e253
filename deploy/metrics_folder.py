"""Where the processes of one service keep their counts, so that any of them can tell the counts of all.

Each process writes files named by its process id. Nothing of the shop is imported here: gunicorn's master uses this
module, and what the master has loaded its workers would inherit. Nor is the library: it looks for the folder once, when
it is imported.
"""

import fcntl
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
# Kinds that add up: what an ended process counted has happened all the same.
_KEPT = ("counter", "histogram", "summary")


def choose(process: str) -> Path:
    """Say where this process and its children count, before anything of theirs is imported. Returns the folder."""
    var = os.environ.get("SHOPCLOUD_VAR") or str(Path(__file__).resolve().parent.parent / "var")
    folder = Path(os.environ.setdefault(VARIABLE, str(Path(var) / "metrics" / process)))
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def is_celery_worker() -> bool:
    """Whether this process is `celery ... worker`, and not a question to one."""
    return "celery" in Path(sys.argv[0]).parts and "worker" in sys.argv[1:]


def empty() -> None:
    """Forget the counts of a run before: called once, by the process that starts the others."""
    for file in _folder().glob("*.db"):
        file.unlink(missing_ok=True)


def let_go(pid: int) -> None:
    """Keep what an ended process counted in one file for all that ended, and forget what it was just showing."""
    folder = _folder()
    with _locked(folder, fcntl.LOCK_EX):
        for kind in _KEPT:
            file = folder / f"{kind}_{pid}.db"
            if file.exists():
                _add(file, folder / f"{kind}_ended.db")
                file.unlink()
        for file in folder.glob(f"gauge_*_{pid}.db"):
            file.unlink(missing_ok=True)


@contextmanager
def reading() -> Iterator[str]:
    """The folder, in which no ended process is being added up meanwhile: it would count twice or not at all."""
    folder = _folder()
    with _locked(folder, fcntl.LOCK_SH):
        yield str(folder)


def _add(source: Path, target: Path) -> None:
    from prometheus_client.mmap_dict import MmapedDict

    ended = MmapedDict(str(target))
    try:
        for key, value, _at, _position in MmapedDict.read_all_values_from_file(str(source)):
            ended.write_value(key, ended.read_value(key)[0] + value, 0.0)
    finally:
        ended.close()


@contextmanager
def _locked(folder: Path, how: int) -> Iterator[None]:
    with (folder / "lock").open("a") as lock:
        fcntl.flock(lock, how)
        yield


def _folder() -> Path:
    return Path(os.environ[VARIABLE])
