"""Everything the shop needs before it opens, in one Django process: tables, buckets, static files, a demo catalog.

Run as ``python -m deploy.local.prepare LOG``. Starting Django once instead of once a command halves a start.
"""

import contextlib
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
        file.write(f"-- manage.py {command}\n")
        with steps.step(title), contextlib.redirect_stdout(file):
            call_command(command, stdout=file, stderr=file, **options)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
