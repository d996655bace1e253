"""Ship the waiting clicks now."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from analytics import services
from shopcloud.lib import clock, redis


class Command(BaseCommand):
    help = "Move the clicks that wait in Redis into the lake."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            shipped = services.ship_clicks(now=clock.now())
        except (services.LakeUnavailable, *redis.Unavailable) as error:
            raise CommandError(f"{error} The clicks stay in the stream.") from error
        self.stdout.write(f"{shipped.clicks} clicks in {shipped.files} files, {shipped.rejected} rejected.")
