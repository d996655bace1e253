from typing import Any

from django.core.management.base import BaseCommand, CommandError

from catalog.sitemaps.shards import write_shards
from shopcloud.lib import clock
from shopcloud.lib.resilience import TierUnavailable


class Command(BaseCommand):
    help = "Write the sitemaps of every active product from the search index, as the schedule does."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            count = write_shards(now=clock.now())
        except TierUnavailable as error:
            raise CommandError(f"{error} The sitemaps in use were left as they were.") from error
        self.stdout.write(f"{count} shards written")
