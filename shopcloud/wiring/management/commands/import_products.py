import time
from argparse import ArgumentParser
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from catalog.importing import imports
from catalog.importing.importer import index_parsed, read_file, save_parsed
from catalog.importing.mapping import BadMapping, read_mapping
from catalog.importing.report import ImportReport, Parsed
from catalog.importing.rows import UnreadableFile
from catalog.search.index import SearchUnavailable
from orders.queries import sku_owners
from shopcloud.lib import clock
from shopcloud.lib.resilience import TierUnavailable
from shopcloud.wiring.product_imports import open_first_stock


class Command(BaseCommand):
    help = "Import products from a CSV or JSON Lines file. A Shopify product export is known by its header."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--mapping", default="", help="a .toml or .json file, or the name of a shipped mapping (ikea)"
        )
        how = parser.add_mutually_exclusive_group()
        how.add_argument("--dry-run", action="store_true", help="read and check the file, save nothing")
        how.add_argument("--background", action="store_true", help="keep the file and let the workers import it")

    def handle(self, *args: Any, **options: Any) -> None:
        now = clock.now()
        if options["background"]:
            self._hand_over(options["file"], options["mapping"], now)
        else:
            self._import(options, now)

    def _import(self, options: dict[str, Any], now: datetime) -> None:
        self._started = time.monotonic()
        try:
            parsed = read_file(options["file"], mapping=options["mapping"], now=now)
        except (UnreadableFile, BadMapping) as error:
            raise CommandError(str(error)) from None
        self._say(f"read {parsed.rows} rows: {len(parsed.products)} products")
        report = ImportReport(parsed, trial=True) if options["dry_run"] else self._save(parsed, now)
        for line in report.lines():
            self.stdout.write(line)

    def _hand_over(self, file: Path, mapping: str, now: datetime) -> None:
        try:
            rules = read_mapping(mapping) if mapping else {}
            with file.open("rb") as content:
                row = imports.upload(file=content, name=file.name, author_id=None, now=now)
        except (UnreadableFile, BadMapping, TierUnavailable, OSError) as error:
            raise CommandError(str(error)) from None
        imports.set_mapping(import_id=row.pk, mapping=rules)
        imports.confirm(import_id=row.pk, now=now)
        self.stdout.write(f"import {row.pk}: the workers go on with {row.rows} rows")

    def _save(self, parsed: Parsed, now: datetime) -> ImportReport:
        try:
            counts = save_parsed(parsed, owners=sku_owners, now=now)
            self._say("products saved")
            stocked = open_first_stock(parsed, list(parsed.products))
            self._say("stock opened")
        except UnreadableFile as error:
            raise CommandError(str(error)) from None
        except TierUnavailable as error:
            raise CommandError(f"{error} What was saved stays; run the same import again to go on.") from error
        if counts.changed:
            self._index(parsed)
        return ImportReport(
            parsed,
            created=counts.created,
            updated=counts.updated,
            unchanged=counts.unchanged,
            conflicts=len(counts.conflicts),
            stocked=stocked,
        )

    def _index(self, parsed: Parsed) -> None:
        try:
            index_parsed(parsed)
            self._say("search index updated")
        except SearchUnavailable as error:
            self.stderr.write(f"{error} The products are saved and will be indexed later.")

    def _say(self, step: str) -> None:
        self.stdout.write(f"{time.monotonic() - self._started:6.1f} s  {step}")
