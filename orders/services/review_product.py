"""A verified buyer says what they think of a product, and takes it back: the order decides who has bought it."""

from datetime import datetime

from django.utils.translation import gettext as _

from catalog import services as catalog
from orders.models import Order
from orders.reviewing import line_to_review, reviewer_of
from orders.services.claim_reviews import claim_reviews
from shopcloud.lib import redis, throttle

# By the order: each review that is changed asks staff to read it anew.
PER_ORDER = {"most": 20, "seconds": 3600}


class TooManyReviews(Exception):
    """Too many reviews were written or changed for this order."""

    wait = 3600

    def __str__(self) -> str:
        return _("Too many changes in a short time. Try again in an hour.")


def review_product(
    *, order: Order, product_id: str, author: str, rating: int, title: str, body: str, now: datetime
) -> catalog.SpokenReview:
    """Ask to publish a review, in place of the buyer's earlier one of this product. Staff read it first.

    Raises NothingToReview, TooManyReviews, InvalidReview; ProductNotFound when the shop knows the product no more,
    ReviewMoved when it was changed or answered at this moment, CatalogUnavailable.
    """
    line = line_to_review(order, product_id)
    if not _may_write(order):
        raise TooManyReviews
    said = catalog.say_review(
        product_id=line.product_id,
        buyer=reviewer_of(order),
        author=author,
        rating=rating,
        title=title,
        body=body,
        now=now,
        purchase=order.number,
    )
    if order.user_id is None:
        _hand_over(order)
    return said


def withdraw_product_review(*, order: Order, product_id: str) -> None:
    """Take the buyer's review of a product of this order back, whatever became of the order since.

    Raises NothingToReview for a product that the order never held; ReviewMoved, CatalogUnavailable.
    """
    if product_id not in {line.product_id for line in order.lines.all()}:
        line_to_review(order, product_id)
    catalog.withdraw_review(product_id=product_id, buyer=reviewer_of(order))


def _hand_over(order: Order) -> None:
    """The order may have come into an account while this was written, after the reviews were looked for."""
    owner = Order.objects.filter(pk=order.pk).values_list("user_id", flat=True).first()
    if owner is not None:
        claim_reviews(user_id=owner)


def _may_write(order: Order) -> bool:
    try:
        return throttle.within(f"reviews:order:{order.pk}", **PER_ORDER)
    except redis.Unavailable:
        # A buyer has one review of each product, and staff read it: there is little to flood.
        return True
