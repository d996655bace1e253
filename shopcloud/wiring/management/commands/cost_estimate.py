from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from deploy.cost import plot, report


class Command(BaseCommand):
    help = "What the shop costs in AWS a month, in each phase, from dated prices and assumed usage (deploy/cost)."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        form = parser.add_mutually_exclusive_group()
        form.add_argument("--json", action="store_true", help="every line, for programs")
        form.add_argument("--markdown", action="store_true", help="tables for a document")
        parser.add_argument("--plot", type=Path, metavar="FILE", help="also draw the bills as SVG")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["plot"]:
            options["plot"].write_text(plot.costs())
        said = report.as_json() if options["json"] else report.markdown() if options["markdown"] else report.plain()
        self.stdout.write(said, ending="")
