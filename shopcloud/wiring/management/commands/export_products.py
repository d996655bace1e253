import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from catalog.domain import CATEGORY, Status
from catalog.exporting.chosen import Choice, chosen
from catalog.exporting.files import FORMATS, DoesNotFit, write
from shopcloud.lib.resilience import CircuitOpen, TierUnavailable


class Command(BaseCommand):
    help = "Write products to a CSV, XLSX or JSON Lines file, whole: import_products reads it without a mapping."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="its name ends in .csv, .xlsx or .jsonl")
        parser.add_argument("--text", default="", help="only those that this search finds")
        parser.add_argument("--status", default="", choices=[str(status) for status in Status], help="only these")
        parser.add_argument("--category", default="", help="only this category and what is below it")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        kind = path.suffix.lower().removeprefix(".")
        if kind not in FORMATS:
            raise CommandError(f"{path.name} should end in one of {', '.join(f'.{name}' for name in FORMATS)}.")
        if options["category"] and not CATEGORY.fullmatch(options["category"]):
            raise CommandError("--category is a path such as lighting/table-lamps.")
        choice = Choice(options["text"], options["status"], options["category"])
        started = time.monotonic()
        try:
            products = self._write(path, kind, choice)
        except (DoesNotFit, TierUnavailable, CircuitOpen, OSError) as error:
            raise CommandError(f"{error} {path} was not written.") from error
        self.stdout.write(f"{products:,} products written to {path} in {time.monotonic() - started:.1f} s")

    def _write(self, path: Path, kind: str, choice: Choice) -> int:
        """The file appears when it is whole; one that is there is left until then."""
        self._products = 0
        part = path.with_name(f"{path.name}.part")
        try:
            with part.open("wb") as file:
                write(kind, chosen(choice), file, told=self._told)
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
        return self._products

    def _told(self, products: int, rows: int) -> None:
        self._products = products
