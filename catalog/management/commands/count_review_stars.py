from typing import Any

from django.core.management.base import BaseCommand

from catalog import services
from catalog.repository import products


class Command(BaseCommand):
    help = (
        "Count how many reviews gave each product its stars and put them in every order they are shown in, for reviews"
        " that came before this was done."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        counted = left = placed = 0
        for product in products().scan_segments(0, 1):
            if not product.rating.count:
                continue
            placed += services.place_reviews(product_id=product.product_id)
            if services.count_stars(product_id=product.product_id):
                counted += 1
            else:
                left += 1
        self.stdout.write(f"{counted} products counted, {placed} reviews placed")
        if left:
            self.stdout.write(f"{left} left: their rating is not the sum of their reviews, or moved meanwhile.")
