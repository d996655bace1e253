"""Reviews that DynamoDB moved without saying so: the index, the page and their buyers hear of them all the same."""

from datetime import timedelta

import pytest

from catalog import queries, services
from catalog.repository import AnswerLost, products
from catalog.reviews import ReviewMoved
from shopcloud.lib.outbox import OutboxEvent
from tests.catalog.admin.test_lost_answers import events, losing  # noqa: F401
from tests.catalog.factories import NOON, a_product
from tests.catalog.test_review_desk import BUYER, answer, rating_of, say

pytestmark = pytest.mark.django_db


@pytest.fixture
def product():
    return products().create(a_product())


@pytest.fixture
def published(product):
    """As everybody knows it: what was recorded of it is told, its page is kept."""
    said = answer(say(product, purchase="SC-TEST0001"))
    assert len(queries.reviews_of(product.product_id).reviews) == 1
    OutboxEvent.objects.all().delete()
    return said


def unanswered(losing, ask):  # noqa: F811
    with losing(operation="transact_write_items", reads=True), pytest.raises(AnswerLost):
        ask()


@pytest.mark.parametrize("how", ["taken back", "changed"])
def test_a_review_that_left_the_page_without_an_answer_leaves_the_index_too(product, published, losing, how):  # noqa: F811
    def leave():
        if how == "changed":
            say(product, rating=1, now=NOON + timedelta(days=1))
        else:
            services.withdraw_review(product_id=product.product_id, buyer=BUYER)

    unanswered(losing, leave)
    leave()
    assert [event["product_id"] for event in events("ProductChanged")] == [product.product_id]
    assert queries.reviews_of(product.product_id).reviews == () and rating_of(product) == (0.0, 0)


def test_the_shops_reply_is_told_to_the_buyer_when_it_is_given_again(product, published, losing):  # noqa: F811
    def reply(words="Thank you."):
        return services.reply_to_review(
            product_id=product.product_id,
            review_id=published.review.review_id,
            version=published.version,
            reply=words,
        )

    unanswered(losing, reply)
    assert events("ReviewAnswered") == []
    again = reply()
    (told,) = events("ReviewAnswered")
    assert (told["outcome"], told["version"]) == ("replied", again.version)
    assert [one.reply for one in queries.reviews_of(product.product_id).reviews] == ["Thank you."]
    with pytest.raises(ReviewMoved):
        reply("Other words.")
