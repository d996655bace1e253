"""What verified buyers say waits for staff, counts once when it is published, and not at all when it is taken back."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from catalog import queries, review_desk, services
from catalog.domain import Freshness
from catalog.dynamo import spoken
from catalog.dynamo.client import writer
from catalog.repository import CatalogUnavailable, products
from catalog.reviews import InvalidReview, ReviewMoved, ReviewStatus
from shopcloud.lib import guards
from shopcloud.lib.outbox import OutboxEvent
from tests.catalog.factories import NOON, a_product

pytestmark = pytest.mark.django_db
BUYER = "Mara@example.com"


@pytest.fixture
def product():
    return products().create(a_product())


def say(product, **changes):
    words = {"buyer": BUYER, "author": "Mara", "rating": 4, "title": "Soft", "body": "Lovely light.", "now": NOON}
    return services.say_review(product_id=product.product_id, **{**words, **changes})


def answer(said, *, publish=True, reason=""):
    return services.answer_review(
        product_id=said.review.product_id,
        review_id=said.review.review_id,
        version=said.version,
        publish=publish,
        reason=reason,
    )


def rating_of(product):
    rating = products().get(product.product_id, freshness=Freshness.STRONG).rating
    return rating.average, rating.count


def waits(product):
    return [one for one in queries.waiting_reviews().reviews if one.review.product_id == product.product_id]


def test_a_review_waits_uncounted_until_staff_publish_it(product):
    said = say(product)
    assert (rating_of(product), queries.reviews_of(product.product_id).reviews) == ((0.0, 0), ())
    assert waits(product) == [said]
    answer(said)
    assert rating_of(product) == (4.0, 1)
    assert queries.reviews_of(product.product_id).reviews == (said.review,)
    assert said.review.verified and waits(product) == []


def test_a_rejected_review_never_counts_and_its_buyer_reads_why(product):
    said = say(product)
    with pytest.raises(InvalidReview):
        answer(said, publish=False, reason=" ")
    answer(said, publish=False, reason="It names a person.")
    found = queries.spoken_review(product.product_id, buyer="mara@EXAMPLE.com")
    assert (found.status, found.reason, rating_of(product)) == (
        ReviewStatus.REJECTED, "It names a person.", (0.0, 0)
    )  # fmt: skip
    assert waits(product) == []


def test_a_changed_review_leaves_the_page_and_is_answered_anew(product):
    answer(say(product))
    changed = say(product, rating=1, now=NOON + timedelta(days=1))
    assert (rating_of(product), queries.reviews_of(product.product_id).reviews) == ((0.0, 0), ())
    answer(changed)
    assert rating_of(product) == (1.0, 1)
    assert queries.reviews_of(product.product_id).reviews == (changed.review,)


def test_a_review_taken_back_is_gone_and_can_be_said_again(product):
    answer(say(product))
    for _again in range(2):
        services.withdraw_review(product_id=product.product_id, buyer=BUYER)
    assert (rating_of(product), queries.reviews_of(product.product_id).reviews) == ((0.0, 0), ())
    answer(say(product, rating=5))
    assert rating_of(product) == (5.0, 1)


def test_staff_cannot_publish_words_they_have_not_read(product):
    read = say(product)
    say(product, body="Other words.")
    with pytest.raises(ReviewMoved):
        answer(read)
    assert rating_of(product) == (0.0, 0)


@pytest.mark.parametrize("given", [{"publish": True}, {"publish": False, "reason": "It names a person."}])
def test_an_answer_that_was_kept_but_not_told_is_told_when_it_is_given_again(product, monkeypatch, given):
    said = say(product, purchase="SC-TEST0001")

    def lost(*_):
        raise CatalogUnavailable

    with monkeypatch.context() as late:
        late.setattr(review_desk, "_told", lost)
        with pytest.raises(CatalogUnavailable):
            answer(said, **given)
    assert not OutboxEvent.objects.filter(event_name__endswith="ReviewAnswered").exists()
    again = answer(said, **given)
    (told,) = OutboxEvent.objects.filter(event_name__endswith="ReviewAnswered")
    assert told.payload["version"] == again.version == said.version + 1
    with pytest.raises(ReviewMoved):
        answer(said, publish=False, reason="Another one.")


def publish_by_many(product, people=8):
    """Each holds the review as it was when it waited, as staff do who press the button at the same moment."""
    said = say(product)
    published = spoken.SpokenReview(review=said.review, status=ReviewStatus.PUBLISHED)

    def publish(_person):
        try:
            spoken.move(writer(), said, published)
        except ReviewMoved:
            return 0
        return 1

    with ThreadPoolExecutor(people) as staff:
        return sum(staff.map(publish, range(people)))


def test_a_review_published_by_many_at_once_counts_once(product):
    assert publish_by_many(product) == 1
    assert rating_of(product) == (4.0, 1)


def test_without_the_guard_a_review_would_count_more_than_once(product):
    with guards.removed("reviews.move"):
        assert publish_by_many(product) > 1
    assert rating_of(product)[1] > 1
