"""A product's reviews over REST at one address: the catalog reads them, the orders know who may write one."""

from catalog.api.views import ReviewsView as ReadReviews
from orders.api.reviews import WriteReviews


class ReviewsView(ReadReviews, WriteReviews):
    """What buyers say of a product."""
