import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from catalog.search import indexing
from shopcloud.lib.resilience import TierUnavailable


class Command(BaseCommand):
    help = "Make the search index anew from the catalog, beside the live one, then swap. Heals a lost or broken index."

    def handle(self, *args: Any, **options: Any) -> None:
        started = time.monotonic()
        try:
            count = indexing.index_everything(lambda read: self._tell(read, time.monotonic() - started))
        except TierUnavailable as error:
            raise CommandError(f"{error} The index in use was left as it was.") from error
        self.stdout.write(f"{count} products indexed in {time.monotonic() - started:.1f} s")

    def _tell(self, read: int, seconds: float) -> None:
        self.stdout.write(f"{read:,} products read, {read / max(seconds, 0.001):,.0f}/s")
