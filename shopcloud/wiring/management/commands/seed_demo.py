"""Fill the shop with the demo catalog, its stock and reviews, and two people to sign in as."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from catalog.domain import InvalidProduct
from shopcloud.lib import clock
from shopcloud.lib.resilience import TierUnavailable
from shopcloud.wiring.demo.files import BadDemoFile
from shopcloud.wiring.demo.people import BUYER, PASSWORD, STAFF
from shopcloud.wiring.demo.seeding import seed, shop_is_empty


class Command(BaseCommand):
    help = "Fill the shop with the demo catalog and accounts. Running it again changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--if-empty", action="store_true", help="do nothing in a shop that has categories")
        folder = settings.BASE_DIR / "deploy" / "demo"
        parser.add_argument("--folder", type=Path, default=folder, help="where catalog*.json and assets/ are")

    def handle(self, *args: Any, folder: Path, if_empty: bool, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("The demo's accounts have a public password. They are not made in production.")
        if if_empty and not shop_is_empty():
            self.stdout.write("The shop has categories already: nothing to seed.")
            return
        try:
            changes = seed(folder, now=clock.now(), say=self.stdout.write)
        except (BadDemoFile, InvalidProduct, TierUnavailable) as error:
            raise CommandError(
                f"{error}\nRun seed_demo again when that is mended: it goes on where it stopped."
            ) from error
        self.stdout.write(f"{changes} changes. Sign in as {STAFF} or {BUYER}, password {PASSWORD}.")
