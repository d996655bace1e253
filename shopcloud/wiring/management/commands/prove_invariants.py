"""Two processes: the outer one knows the real shop's engines and only makes and removes the scratch place; the inner
one runs the races and has never heard of the real shop's database, keys or tables."""

import logging
import os
import signal
import subprocess
import sys
from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from types import FrameType
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from catalog import services as catalog
from orders.proofs import races, report
from orders.proofs.prove import Laboratory, Run
from orders.proofs.race import Race
from orders.proofs.scratch import Scratch, left_behind, remove, scratch
from shopcloud import env

STOP_SECONDS = 10


class Command(BaseCommand):
    help = (
        "Race stock and money with several processes on this shop's engines, in scratch databases that are removed "
        "afterwards. Exits with 1 when a race is lost, or when a race with its guard removed is not."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        known = [race.name for race in races.FULL]
        parser.add_argument("--race", action="append", choices=known, help="run this race only; may be repeated")
        parser.add_argument("--seed", action="append", type=int, help="deal the attempts out by this seed; repeatable")
        parser.add_argument("--processes", type=int, default=4, help="how many processes make the attempts (4)")
        parser.add_argument("--quick", action="store_true", help="small races and one seed, in under a minute")
        parser.add_argument("--without", action="append", metavar="GUARD", help="take a guard away: this must fail")
        parser.add_argument("--clean", action="store_true", help="only remove what a killed run left behind")
        parser.add_argument("--inside", action="store_true", help="for this command itself: run in the scratch place")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["clean"]:
            self._clean()
            return
        if not 1 <= options["processes"] <= 64:
            raise CommandError("--processes is a number from 1 to 64.")
        if options["inside"]:
            sys.exit(self._prove(options))
        with _ending_cleanly(), scratch() as place:
            status = _run_inside(place)
        if status:
            raise CommandError("The invariants are not proved.", returncode=1)

    def _clean(self) -> None:
        for name in left_behind():
            remove(name)
            self.stdout.write(f"Removed {name}.")

    def _say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()

    def _prove(self, options: dict[str, Any]) -> int:
        # What goes wrong in a race is counted; the lines of a thousand refusals would only hide it.
        logging.disable(logging.CRITICAL)
        wanted = options["race"] or [race.name for race in races.FULL]
        sized: Sequence[Race] = races.QUICK if options["quick"] else races.FULL
        seeds = options["seed"] or ([1] if options["quick"] else [1, 2, 3])
        catalog.create_stores()
        laboratory = Laboratory(
            str(settings.DATABASES["default"]["NAME"]),
            processes=options["processes"],
            without=tuple(options["without"] or ()),
        )
        runs: list[Run] = []
        for race in (race for race in sized if race.name in wanted):
            self._say(report.heading(race))
            for run in laboratory.prove(race, seeds):
                self._say(report.row(run))
                runs.append(run)
            self._say(report.books(runs[-2]))
        self._say(report.summary(runs))
        return 0 if all(run.is_as_it_must_be for run in runs) else 1


def _run_inside(place: Scratch) -> int:
    """Run this very command in the scratch place; its whole process group ends with it."""
    url = env.url("DATABASE_URL", schemes=("postgres", "postgresql"))
    inside = subprocess.Popen(
        [sys.executable, "manage.py", *sys.argv[1:], "--inside"],
        cwd=settings.BASE_DIR,
        env=env.of_child(place.environment(url)),
        start_new_session=True,
    )
    try:
        return inside.wait()
    finally:
        for sign in (signal.SIGTERM, signal.SIGKILL):
            with suppress(ProcessLookupError):
                os.killpg(inside.pid, sign)
            with suppress(subprocess.TimeoutExpired):
                inside.wait(STOP_SECONDS)


@contextmanager
def _ending_cleanly() -> Iterator[None]:
    """Let SIGTERM end the command as Ctrl-C does: by way of every `finally`."""

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    except KeyboardInterrupt:
        raise CommandError("Stopped. The scratch place is removed.", returncode=130) from None
    finally:
        signal.signal(signal.SIGTERM, before)
