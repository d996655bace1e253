from typing import Any

from django.core.management.base import BaseCommand

from media import services


class Command(BaseCommand):
    help = "Give every picture that was kept before MEDIA_AVIF its AVIF renditions. May be stopped and run again."

    def handle(self, *args: Any, **options: Any) -> None:
        made = services.add_avif(on_each=lambda key: self.stdout.write(key))
        self.stdout.write(f"{made} renditions made.")
