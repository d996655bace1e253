"""A person's reviews and votes are told to them and forgotten, found by their key and without a scan."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from django.conf import settings

from catalog import queries, services
from catalog.dynamo import claims, spoken
from catalog.dynamo.client import writer
from catalog.dynamo.tables import REVIEWS
from catalog.dynamo.values import encode_all
from catalog.repository import products
from catalog.reviews import ReviewMoved, ReviewStatus, person_key, review_key
from catalog.votes import Voter, has_voted, vote_helpful
from shopcloud.lib import aws, redis
from tests.catalog.factories import a_product
from tests.catalog.test_review_desk import answer, rating_of, say
from tests.catalog.test_reviews import review

pytestmark = pytest.mark.django_db
ANA, BEN = "ana@example.com", "ben@example.com"


@pytest.fixture(autouse=True)
def nobody_said_anything():
    for buyer in (ANA, BEN):
        services.forget_reviewer(buyer)


@pytest.fixture
def two():
    return [products().create(a_product()) for _each in range(2)]


def vote(product, review_id, email):
    vote_helpful(product_id=product.product_id, review_id=review_id, voter=Voter(person=email), client="192.0.2.1")


def helpful(product):
    return {one.review_id: one.helpful for one in queries.reviews_of(product.product_id, limit=50).reviews}


def rows_of(product):
    """Every item under a product, as text."""
    answer = aws.dynamodb().query(
        TableName=REVIEWS.full_name,
        KeyConditionExpression="product_id = :product",
        ExpressionAttributeValues=encode_all({":product": product.product_id}),
    )
    return str(answer["Items"])


@pytest.fixture
def said(two):
    """Ana reviewed both, one is published and one waits; she voted for one of Ben's, and he for hers."""
    lamp, mug = two
    answer(say(lamp, buyer=ANA, body="Words of Ana."))
    say(mug, buyer=ANA, body="Words of Ana.")
    answer(say(lamp, buyer=BEN, rating=2, body="Words of Ben."))
    hers, his = (review_key(product_id=lamp.product_id, buyer=buyer) for buyer in (ANA, BEN))
    vote(lamp, his, ANA)
    vote(lamp, hers, BEN)
    return hers, his


def test_a_person_is_told_what_they_said_and_voted_for_and_nothing_of_others(two, said):
    lamp, mug = two
    found = queries.reviews_by("Ana@Example.com")
    assert {(one.review.product_id, one.status) for one in found.reviews} == {
        (lamp.product_id, ReviewStatus.PUBLISHED),
        (mug.product_id, ReviewStatus.PENDING),
    }
    assert {one.review.body for one in found.reviews} == {"Words of Ana."}
    assert [(one.product_id, one.review_id) for one in found.votes] == [(lamp.product_id, said[1])]


def test_a_person_is_forgotten_with_their_stars_and_votes_and_others_stay(two, said):
    lamp, mug = two
    assert rating_of(lamp) == (3.0, 2) and queries.reviews_of(lamp.product_id).reviews
    for _again in range(2):
        services.forget_reviewer(ANA)
    assert rating_of(lamp) == (2.0, 1)
    assert helpful(lamp) == {said[1]: 0}
    for product in two:
        assert "Words of Ana." not in rows_of(product)
    assert not has_voted(product_id=lamp.product_id, review_id=said[1], voter=Voter(person=ANA))
    assert queries.reviews_by(ANA) == queries.Reviewer((), ())
    assert len(queries.reviews_by(BEN).reviews) == 1 and "Words of Ben." in rows_of(lamp)
    assert queries.waiting_reviews().reviews == () or mug.product_id not in {
        one.review.product_id for one in queries.waiting_reviews().reviews
    }


def test_no_copy_of_forgotten_words_is_kept_for_an_outage(two, said):
    lamp, _mug = two
    assert len(queries.reviews_of(lamp.product_id).reviews) == 2
    kept = [redis.store().get(key) for key in redis.store().scan_iter(match=f"{settings.REDIS_PREFIX}*reviews-voted*")]
    assert any(copy and b"Words of Ana." in copy for copy in kept)
    services.forget_reviewer(ANA)
    kept = [redis.store().get(key) for key in redis.store().scan_iter(match=f"{settings.REDIS_PREFIX}*reviews-voted*")]
    assert not any(copy and b"Words of Ana." in copy for copy in kept)


def test_votes_for_words_that_are_gone_are_forgotten_too(two):
    lamp, _mug = two
    review_id = answer(say(lamp, buyer=BEN)).review.review_id
    vote(lamp, review_id, ANA)
    services.withdraw_review(product_id=lamp.product_id, buyer=BEN)
    services.forget_reviewer(ANA)
    assert queries.reviews_by(ANA).votes == ()
    assert "vote#" not in rows_of(lamp)


def test_reviews_of_earlier_releases_are_found_by_what_was_bought(two):
    lamp, _mug = two
    said = say(lamp, buyer=ANA)
    writer().write(
        "update_item",
        TableName=REVIEWS.full_name,
        Key=encode_all({"product_id": lamp.product_id, "posted": f"id#{said.review.review_id}"}),
        UpdateExpression="REMOVE person",
    )
    assert queries.reviews_by(ANA).reviews == ()
    assert len(queries.reviews_by(ANA, bought=[lamp.product_id, "never"]).reviews) == 1
    services.forget_reviewer(ANA, bought=[lamp.product_id])
    assert queries.spoken_review(lamp.product_id, buyer=ANA) is None


def test_what_is_found_costs_two_queries_and_a_read_of_each_review(two, said, monkeypatch):
    calls = []
    for name in ("read", "sweep"):
        held = getattr(writer(), name)
        monkeypatch.setattr(writer(), name, lambda op, held=held, **request: calls.append(op) or held(op, **request))
    queries.reviews_by(ANA)
    assert sorted(calls) == ["get_item", "get_item", "query", "query"]


def test_somebody_who_never_said_anything_is_forgotten_without_a_trace(two):
    review(two[0], review_id="r1")
    services.forget_reviewer("nobody@example.com")
    assert helpful(two[0]) == {"r1": 0}


def claimed(product):
    """By an account, what Ana said of the product."""
    everything = {"is_theirs": lambda purchase: True, "votes": True}
    services.claim_reviews(email=ANA, buyer="account", bought=[product.product_id], **everything)


def claim_at_once(said, buyers):
    """Each has read whose the review is before any of them claims it; True for whom it became."""

    def claim(buyer):
        seat = review_key(product_id=said.review.product_id, buyer=buyer)
        try:
            return claims.claim(writer(), said, person=person_key(buyer), seat=seat)
        except ReviewMoved:
            return False

    with ThreadPoolExecutor(len(buyers)) as people:
        return list(people.map(claim, buyers))


def test_a_review_that_many_claim_at_once_becomes_one_accounts(two):
    said = say(two[0], buyer=ANA)
    buyers = [f"account-{number}" for number in range(8)]
    won = claim_at_once(said, buyers)
    assert sum(won) == 1
    found = {buyer: queries.spoken_review(two[0].product_id, buyer=buyer) for buyer in buyers}
    assert [one is not None for one in found.values()] == won


def test_who_still_writes_under_the_address_does_not_get_a_claimed_review_back(two):
    lamp, _mug = two
    said = say(lamp, buyer=ANA)
    claimed(lamp)
    with pytest.raises(ReviewMoved):
        spoken.move(writer(), said, replace(said, status=ReviewStatus.WITHDRAWN))
    assert queries.spoken_review(lamp.product_id, buyer="account").status is ReviewStatus.PENDING


def test_a_review_that_an_account_writes_at_this_moment_is_its_one_review(two):
    """It was written between the look for one and the claim of another."""
    lamp, _mug = two
    earlier = say(lamp, buyer=ANA)
    answer(earlier)
    say(lamp, buyer="account", rating=2)
    claimed(lamp)
    assert queries.spoken_review(lamp.product_id, buyer="account").review.rating == 2
    assert rating_of(lamp) == (0.0, 0)
