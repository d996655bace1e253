"""Merge the small files of past days."""

from datetime import date, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from analytics import services
from shopcloud.lib import clock


class Command(BaseCommand):
    help = "Merge each past day of the lake into one file a table, every event once."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--through", type=date.fromisoformat, help="the last day to merge (default: yesterday)")

    def handle(self, *args: Any, **options: Any) -> None:
        through: date = options["through"] or clock.now().date() - timedelta(days=1)
        try:
            merged = services.compact_lake(before=through + timedelta(days=1))
        except services.LakeUnavailable as error:
            raise CommandError(str(error)) from error
        for day in merged:
            self.stdout.write(
                f"{day.table} {day.day}: {day.files} files -> 1, {day.rows} rows, {day.copies} copies dropped"
            )
        self.stdout.write(f"{len(merged)} days merged.")
