"""Everything the shop needs before it opens, in one Django process: tables, buckets, static files, a demo catalog.

Run as ``python -m deploy.local.prepare LOG``. Starting Django once instead of once a command halves a start.
"""

import contextlib
import hashlib
import sys
import traceback
from pathlib import Path
from typing import Any

from deploy.local.steps import Steps

COMMANDS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("database migrations", "migrate", {"interactive": False, "verbosity": 1}),
    ("catalog tables and buckets", "create_stores", {}),
    ("static files", "collectstatic", {"interactive": False, "verbosity": 0}),
    ("demo catalog, if the shop is empty", "seed_demo", {"if_empty": True}),
)


def main(log: Path) -> int:
    """Run the commands in order, their output to ``log``; returns the exit status."""
    steps = Steps()
    with log.open("w", buffering=1) as file, contextlib.redirect_stderr(file):
        try:
            _prepare(steps, file)
        except Exception:
            traceback.print_exc()
            return 1
    return 0


def _prepare(steps: Steps, file: Any) -> None:
    with steps.step("loading the application"):
        import django
        from django.core.management import call_command

        django.setup()
    for title, command, options in COMMANDS:
        if command == "collectstatic" and _static_is_current():
            continue
        file.write(f"-- manage.py {command}\n")
        with steps.step(title), contextlib.redirect_stdout(file):
            call_command(command, stdout=file, stderr=file, **options)
        if command == "collectstatic":
            _static_stamp().write_text(_static_fingerprint())


def _static_stamp() -> Path:
    from django.conf import settings

    return Path(settings.VAR) / "run" / "static.fingerprint"


def _static_is_current() -> bool:
    """Whether nothing changed since the files were collected: hashing them all again is half of a second start."""
    from django.conf import settings

    collected = (Path(settings.STATIC_ROOT) / "staticfiles.json").exists() and _static_stamp().exists()
    return collected and _static_stamp().read_text() == _static_fingerprint()


def _static_fingerprint() -> str:
    from django.contrib.staticfiles.finders import get_finders

    digest = hashlib.sha256()
    for finder in get_finders():
        for path, storage in finder.list(None):
            file = Path(storage.path(path)).stat()
            digest.update(f"{path} {file.st_size} {file.st_mtime_ns}\n".encode())
    return digest.hexdigest()


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
