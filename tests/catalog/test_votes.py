"""Helpful votes: one a person and review, and the orders that reviews are shown in."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError
from django.core.management import call_command

from catalog import queries, services
from catalog.dynamo import reviews, votes
from catalog.dynamo.calls import Calls
from catalog.dynamo.client import writer
from catalog.dynamo.tables import REVIEWS
from catalog.dynamo.values import encode_all
from catalog.repository import BadCursor, CatalogUnavailable, products
from catalog.reviews import OwnReview, ReviewNotFound, ReviewOrder, ReviewSort
from catalog.votes import PER_CLIENT_AND_REVIEW, TooManyVotes, Voter, has_voted, vote_helpful, withdraw_vote
from shopcloud.lib import guards
from tests.catalog.factories import NOON, a_product
from tests.catalog.test_review_desk import BUYER, answer, say
from tests.catalog.test_reviews import review

pytestmark = pytest.mark.django_db
ANA = Voter(person="ana@example.com")


@pytest.fixture
def product():
    return products().create(a_product())


def vote(product, review_id, voter=ANA, client="192.0.2.1"):
    return vote_helpful(product_id=product.product_id, review_id=review_id, voter=voter, client=client)


def take_back(product, review_id, voter=ANA):
    return withdraw_vote(product_id=product.product_id, review_id=review_id, voter=voter)


def helpful(product, review_id):
    """As the store has it, past every copy."""
    found = queries.reviews_of(product.product_id, limit=50).reviews
    return {one.review_id: one.helpful for one in found}[review_id]


def test_a_vote_counts_once_a_person_and_is_taken_back_once(product):
    review(product, review_id="r1")
    assert [vote(product, "r1"), vote(product, "r1"), vote(product, "r1", Voter(guest="g1"))] == [True, False, True]
    assert helpful(product, "r1") == 2
    assert has_voted(product_id=product.product_id, review_id="r1", voter=Voter(person="ANA@example.com"))
    assert [take_back(product, "r1"), take_back(product, "r1")] == [True, False]
    assert helpful(product, "r1") == 1
    assert not has_voted(product_id=product.product_id, review_id="r1", voter=ANA)


def test_a_busy_store_is_told_and_not_taken_for_an_answer(product, monkeypatch):
    said = review(product, review_id="r1")

    def busy(_calls, _operation, **_request):
        reasons = [{"Code": "None"}, {"Code": "ThrottlingError"}]
        told: Any = {"Error": {"Code": "TransactionCanceledException"}, "CancellationReasons": reasons}
        raise ClientError(told, "TransactWriteItems")

    monkeypatch.setattr(Calls, "write", busy)
    for ask in (lambda: vote(product, "r1"), lambda: services.add_review(review=replace(said, review_id="r2"))):
        with pytest.raises(CatalogUnavailable):
            ask()


@pytest.mark.parametrize("review_id", ["unknown", "r" * 1025])
def test_a_review_that_is_not_there_has_no_votes(product, review_id):
    with pytest.raises(ReviewNotFound):
        vote(product, review_id)


def test_nobody_votes_for_their_own_review(product):
    said = answer(say(product))
    with pytest.raises(OwnReview):
        vote(product, said.review.review_id, Voter(person=BUYER.upper()))
    assert helpful(product, said.review.review_id) == 0


@pytest.mark.parametrize("published", [False, True])
def test_only_what_is_published_can_be_voted_for(product, published):
    said = say(product)
    review_id = said.review.review_id
    if published:
        answer(said)
        assert vote(product, review_id)
        return
    for unknown in (review_id, "nothing"):
        with pytest.raises(ReviewNotFound):
            vote(product, unknown)


def test_an_answer_of_the_shop_leaves_the_votes_and_other_words_begin_anew(product):
    said = answer(say(product))
    review_id = said.review.review_id
    vote(product, review_id)
    services.reply_to_review(
        product_id=product.product_id, review_id=review_id, version=said.version, reply="Thank you."
    )
    assert helpful(product, review_id) == 1
    answer(say(product, body="Other words.", now=NOON + timedelta(days=1)))
    assert helpful(product, review_id) == 0
    assert not has_voted(product_id=product.product_id, review_id=review_id, voter=ANA)
    assert not take_back(product, review_id)
    assert vote(product, review_id) and helpful(product, review_id) == 1


def off_and_on_again(product, said, *, meanwhile=lambda: None):
    """Staff take a published review off the page, and publish it once more."""
    refused = answer(said, publish=False, reason="A second look.")
    meanwhile()
    return answer(refused)


def test_a_review_that_is_published_again_keeps_its_votes(product):
    said = answer(say(product))
    review_id, ben, cleo = said.review.review_id, Voter(person="ben@example.com"), Voter(guest="cleo")
    for voter in (ANA, ben, cleo):
        vote(product, review_id, voter)
    off_and_on_again(product, said, meanwhile=lambda: services.forget_reviewer("ben@example.com"))
    assert helpful(product, review_id) == 2
    assert [vote(product, review_id), vote(product, review_id, ben)] == [False, True]
    assert all(take_back(product, review_id, voter) for voter in (ANA, ben, cleo))
    assert helpful(product, review_id) == 0


def test_no_review_has_fewer_votes_than_none(product):
    """As where its votes were lost from the count, and not from the table."""
    said = review(product, review_id="r1")
    vote(product, "r1")
    writer().write(
        "update_item",
        TableName=REVIEWS.full_name,
        Key=encode_all({"product_id": product.product_id, "posted": reviews.posted_of(said)}),
        UpdateExpression="ADD helpful :vote",
        ExpressionAttributeValues=encode_all({":vote": -reviews.VOTE}),
    )
    with pytest.raises(ReviewNotFound):
        take_back(product, "r1")
    services.forget_reviewer(ANA.person)
    assert helpful(product, "r1") == 0


def votes_at_once(product, voters):
    """Each has read where the review stands before any of them votes."""
    place = votes.place_of(writer(), product.product_id, "r1")

    def cast(voter):
        return votes.cast(writer(), product.product_id, "r1", voter=voter.key, place=place)

    with ThreadPoolExecutor(len(voters)) as people:
        return sum(people.map(cast, voters))


def test_sixteen_votes_of_one_person_at_once_count_once(product):
    review(product, review_id="r1")
    assert votes_at_once(product, [ANA] * 16) == 1
    assert helpful(product, "r1") == 1


def test_sixteen_people_who_vote_at_once_all_count(product):
    review(product, review_id="r1")
    assert votes_at_once(product, [Voter(guest=str(number)) for number in range(16)]) == 16
    assert helpful(product, "r1") == 16


def test_without_the_guard_one_person_would_count_more_than_once(product):
    review(product, review_id="r1")
    with guards.removed("reviews.vote"):
        assert votes_at_once(product, [ANA] * 16) > 1
    assert helpful(product, "r1") > 1


def test_one_address_gives_a_review_a_few_votes_a_day(product):
    review(product, review_id="r1")
    for number in range(PER_CLIENT_AND_REVIEW["most"]):
        assert vote(product, "r1", Voter(guest=str(number)))
    with pytest.raises(TooManyVotes):
        vote(product, "r1", Voter(guest="one more"))
    assert vote(product, "r1", Voter(guest="elsewhere"), client="192.0.2.2")


@pytest.fixture
def many(product):
    """25 reviews of 1 to 5 stars, a day apart; every seventh has as many votes as its number."""
    for number in range(25):
        review(product, review_id=f"r{number}", rating=1 + number % 5, created_at=NOON + timedelta(days=number))
    for number in range(7, 25, 7):
        for person in range(number):
            place = votes.place_of(writer(), product.product_id, f"r{number}")
            votes.cast(writer(), product.product_id, f"r{number}", voter=f"v{person}", place=place)
    return product


EXPECTED = {
    ReviewSort.NEWEST: lambda n: -n,
    ReviewSort.HELPFUL: lambda n: (0 if n % 7 or not n else -n, -n),
    ReviewSort.HIGHEST: lambda n: (-(n % 5), -n),
    ReviewSort.LOWEST: lambda n: (n % 5, n),
}


def test_reviews_are_read_in_every_order_and_filter_page_by_page_with_one_query_each(many, monkeypatch):
    calls = []
    query = writer().read
    monkeypatch.setattr(writer(), "read", lambda name, **request: calls.append(name) or query(name, **request))
    for sort, rank in EXPECTED.items():
        for stars in range(6):
            order, found, cursor = ReviewOrder(sort, stars), [], None
            calls.clear()
            while True:
                page = queries.reviews_of(many.product_id, cursor=cursor, limit=4, order=order)
                found += [one.review_id for one in page.reviews]
                cursor = page.next
                if not cursor:
                    break
            wanted = [n for n in range(25) if not stars or n % 5 == stars - 1]
            key = (lambda n: -n) if stars and sort is ReviewSort.LOWEST else rank
            assert found == [f"r{n}" for n in sorted(wanted, key=key)], order
            assert calls == ["query"] * -(-len(wanted) // 4), order


def test_a_cursor_of_another_order_is_refused(many):
    cursor = queries.reviews_of(many.product_id, limit=4, order=ReviewOrder(ReviewSort.HELPFUL)).next
    for order in (ReviewOrder(), ReviewOrder(ReviewSort.HIGHEST), ReviewOrder(ReviewSort.HELPFUL, 5)):
        with pytest.raises(BadCursor):
            queries.reviews_of(many.product_id, cursor=cursor, order=order)


def test_the_first_page_of_every_order_tells_the_stars(many):
    for order in (ReviewOrder(), ReviewOrder(ReviewSort.HELPFUL), ReviewOrder(stars=5)):
        assert queries.reviews_of(many.product_id, order=order).stars == (5, 5, 5, 5, 5)


def test_reviews_of_earlier_releases_are_put_in_every_order(product):
    written = review(product, review_id="r1", rating=3)
    keys = {"at": reviews.posted_of(written), "id": "id#r1"}
    for posted, names in ((keys["at"], "by_stars, starred, helpful"), (keys["id"], "#at")):
        writer().write(
            "update_item",
            TableName=REVIEWS.full_name,
            Key=encode_all({"product_id": product.product_id, "posted": posted}),
            UpdateExpression=f"REMOVE {names}",
            **({"ExpressionAttributeNames": {"#at": "at"}} if "#" in names else {}),
        )
    order = ReviewOrder(ReviewSort.HELPFUL, 3)
    assert queries.reviews_of(product.product_id, order=order).reviews == ()
    with pytest.raises(ReviewNotFound):
        vote(product, "r1")
    call_command("count_review_stars")
    assert vote(product, "r1")
    call_command("count_review_stars")
    assert [one.helpful for one in queries.reviews_of(product.product_id, order=order).reviews] == [1]
