"""Reviews and the ratings made of them."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from catalog import queries, services
from catalog.domain import Freshness
from catalog.dynamo import reviews as dynamo_reviews
from catalog.dynamo.client import writer
from catalog.queries import ProductNotFound
from catalog.repository import BadCursor, products
from catalog.reviews import InvalidReview, Review
from shopcloud.lib import ids
from shopcloud.lib.outbox import OutboxEvent
from tests.catalog.factories import NOON, a_product

pytestmark = pytest.mark.django_db


@pytest.fixture
def product():
    return products().create(a_product())


def a_review(product, **changes):
    said = {"review_id": ids.event_id(), "author": "Mara K.", "rating": 4, "body": "Lovely light.", "created_at": NOON}
    return Review(product_id=product.product_id, **{**said, **changes})


def review(product, **changes):
    written = a_review(product, **changes)
    services.add_review(review=written)
    return written


def rating_of(product):
    return queries.product(product.product_id).rating


def test_a_review_counts_in_the_rating(product):
    review(product, rating=5)
    review(product, rating=4)
    assert (rating_of(product).average, rating_of(product).count) == (4.5, 2)
    assert list(OutboxEvent.objects.values_list("payload__product_id", flat=True)) == [product.product_id] * 2


def test_the_same_review_counts_once_whenever_it_is_sent_again(product):
    review(product, review_id="r1", rating=5)
    review(product, review_id="r1", rating=5, created_at=NOON + timedelta(days=3))
    assert rating_of(product).count == 1
    assert len(queries.reviews_of(product.product_id).reviews) == 1


def test_reviews_sent_at_once_are_all_counted(product):
    def send(number):
        return dynamo_reviews.add(writer(), a_review(product, rating=1 + number % 5))

    with ThreadPoolExecutor(5) as people:
        assert all(people.map(send, range(20)))
    rating = products().get(product.product_id, freshness=Freshness.STRONG).rating
    assert (rating.average, rating.count) == (3.0, 20)


def test_reviews_are_read_newest_first_page_by_page(product):
    for day in range(25):
        review(product, title=f"Day {day}", created_at=NOON + timedelta(days=day))
    titles, page = [], queries.reviews_of(product.product_id)
    titles += [r.title for r in page.reviews]
    while page.next:
        page = queries.reviews_of(product.product_id, cursor=page.next)
        titles += [r.title for r in page.reviews]
    assert titles == [f"Day {day}" for day in reversed(range(25))]


def test_a_new_review_is_seen_at_once(product):
    assert queries.reviews_of(product.product_id).reviews == ()
    written = review(product, verified=True)
    assert queries.reviews_of(product.product_id).reviews == (written,)


def test_a_cursor_of_another_product_is_refused(product):
    for _ in range(11):
        review(product)
    cursor = queries.reviews_of(product.product_id).next
    for other, mark in [("otherproduct", cursor), (product.product_id, "broken"), (product.product_id, cursor[:-4])]:
        with pytest.raises(BadCursor):
            queries.reviews_of(other, cursor=mark)


def test_many_reviews_are_added_once_and_those_of_unknown_products_left_out(product):
    other = products().create(a_product())
    queries.reviews_of(product.product_id)
    said = [a_review(product, rating=5), a_review(product, rating=3), a_review(other), a_review(a_product())]
    assert services.add_reviews(reviews=said) == 3
    assert services.add_reviews(reviews=said) == 0
    assert (rating_of(product).average, rating_of(other).count) == (4.0, 1)
    assert len(queries.reviews_of(product.product_id).reviews) == 2
    assert OutboxEvent.objects.count() == 2


def test_a_product_that_is_not_there_cannot_be_reviewed():
    with pytest.raises(ProductNotFound):
        review(a_product())


@pytest.mark.parametrize(
    ("field", "value"),
    [("rating", 0), ("rating", 6), ("body", " "), ("body", "x" * 5001), ("author", ""), ("title", "x" * 121)],
)
def test_a_review_that_breaks_a_rule_is_refused_by_field(product, field, value):
    with pytest.raises(InvalidReview) as refused:
        review(product, **{field: value})
    assert list(refused.value.errors) == [field]
    assert rating_of(product).count == 0
