from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand

from catalog.services import ReviewMoved
from orders.services.claim_reviews import claim_reviews


class Command(BaseCommand):
    help = (
        "Give the accounts of this region what was said and voted for under their addresses, for reviews from before"
        " accounts kept them through changes of address."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        done = left = 0
        for user_id in get_user_model().objects.order_by("pk").values_list("pk", flat=True).iterator():
            try:
                claim_reviews(user_id=user_id)
                done += 1
            except ReviewMoved:
                left += 1
        self.stdout.write(f"{done} accounts looked through")
        if left:
            self.stdout.write(f"{left} left: a review of theirs moved meanwhile. Run it again.")
