"""Tell what shoppers search for, and what they do not find."""

from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from analytics import queries
from analytics.reports.lines import lines_of
from shopcloud.lib import clock


class Command(BaseCommand):
    help = "The queries of the last days, the most frequent first, and those that found nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--days", type=int, default=30, help="how many days, today included (default: 30)")
        parser.add_argument("--limit", type=int, default=20, help="queries shown of each kind (default: 20)")

    def handle(self, *args: Any, **options: Any) -> None:
        last = clock.now().date()
        first = last - timedelta(days=max(1, min(options["days"], 3660)) - 1)
        try:
            report = queries.search_report(first=first, last=last, limit=max(1, options["limit"]))
        except queries.LakeUnavailable as error:
            raise CommandError(str(error)) from error
        for title, answer in (
            (f"Searches from {first} to {last}", report.whole),
            ("The most frequent", report.top),
            ("Found nothing", report.in_vain),
        ):
            self.stdout.write("\n".join([title, *(f"  {line}" for line in lines_of(answer)), ""]))
