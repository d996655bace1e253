"""Ask the lake a question in SQL."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from analytics import queries
from analytics.reports.lines import lines_of


class Command(BaseCommand):
    help = "Answer one SELECT over clickstream and purchases; 'DESCRIBE clickstream' lists a table's columns."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("sql", help="one SELECT; filter on year, month and day to read only those days")
        parser.add_argument("--limit", type=int, default=1000, help="rows shown at most (default: 1000)")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            answer = queries.ask_lake(options["sql"], limit=max(1, options["limit"]))
        except (queries.BadQuery, queries.LakeUnavailable) as error:
            raise CommandError(str(error)) from error
        for line in lines_of(answer):
            self.stdout.write(line)
        more = " (more were cut off; raise --limit)" if answer.cut else ""
        self.stdout.write(
            f"\n{len(answer.rows):,} rows{more}, {answer.bytes_read:,} bytes read "
            f"from {answer.files_read:,} files, {answer.seconds:.2f} s"
        )
