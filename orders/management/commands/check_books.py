from typing import Any

from django.core.management.base import BaseCommand, CommandError

from orders import ledgers
from orders.services.check_books import check_books


class Command(BaseCommand):
    help = "Hold the ledgers of stock and money against each other. Exits with 1 and names what does not balance."

    def handle(self, *args: Any, **options: Any) -> None:
        found = check_books()
        totals = ledgers.totals()
        self.stdout.write(f"stock: {totals.stock}\nmoney: {totals.money}")
        for breach in found:
            self.stdout.write(str(breach))
        if found:
            raise CommandError(f"{len(found)} rows do not balance: see deploy/runbooks/books.md.", returncode=1)
        self.stdout.write("The books balance.")
