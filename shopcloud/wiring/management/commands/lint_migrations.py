from typing import Any

from django.core.management.base import BaseCommand, CommandError

from deploy.schema_changes.lint import findings


class Command(BaseCommand):
    help = (
        "Refuse migrations that lock tables or take away what the running release reads (decision 24). Asks no store."
    )
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        found = findings()
        for one in found:
            self.stderr.write(str(one))
        if found:
            raise CommandError(f"{len(found)} findings. deploy/schema_changes/baseline.json holds argued exceptions.")
