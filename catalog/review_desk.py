"""Reviews of verified buyers: said, changed and taken back by them, answered by staff."""

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime

from catalog import review_pages
from catalog.domain import Freshness, Product
from catalog.dynamo import claims, forgetting, review_orders, spoken, star_counts, votes
from catalog.dynamo.by_person import Vote
from catalog.dynamo.client import writer
from catalog.events import ProductChanged, ReviewAnswered
from catalog.queries import ProductNotFound
from catalog.repository import AnswerLost, products
from catalog.reviewers import own_review, reviews_by
from catalog.reviews import (
    InvalidReview,
    Review,
    ReviewMoved,
    ReviewNotFound,
    ReviewStatus,
    SpokenReview,
    person_key,
    review_key,
)
from shopcloud.lib import outbox

MAX_REASON = 300
REPLIED = "replied"


def say_review(
    *, product_id: str, buyer: str, author: str, rating: int, title: str, body: str, now: datetime, purchase: str = ""
) -> SpokenReview:
    """Ask to publish what a verified buyer says, in place of what they said before. It waits for staff, uncounted.

    The caller has seen that they bought it, and is told by `purchase` where, when the shop answers.

    Raises InvalidReview, ProductNotFound, ReviewMoved, CatalogUnavailable.
    """
    if products().get(product_id, freshness=Freshness.CACHED) is None:
        raise ProductNotFound(product_id)
    key, was = own_review(product_id, buyer=buyer)
    review = Review(
        review_id=key,
        product_id=product_id,
        author=author,
        rating=rating,
        title=title,
        body=body,
        created_at=now,
        verified=True,
    )
    asked = SpokenReview(review=review, status=ReviewStatus.PENDING, person=person_key(buyer), purchase=purchase)
    return _moved(was, asked)


def withdraw_review(*, product_id: str, buyer: str) -> None:
    """Take back what the buyer said; nothing said is no error. Raises ReviewMoved, CatalogUnavailable."""
    _key, was = own_review(product_id, buyer=buyer)
    if was and was.status is not ReviewStatus.WITHDRAWN:
        _moved(was, replace(was, status=ReviewStatus.WITHDRAWN, reason=""))


def saying(marks: tuple[str, ...]) -> int:
    """How many reviews say one of the texts: a look at every one, for certificates alone."""
    return forgetting.saying(writer(), marks)


def answer_review(
    *, product_id: str, review_id: str, version: int, publish: bool, reason: str = "", reply: str = ""
) -> SpokenReview:
    """Publish the version that staff read, with the shop's answer if there is one, also when it was rejected before, or
    reject it, also when it is published already. What is answered like this already is told again.

    Raises ReviewMoved when it was changed or answered meanwhile, InvalidReview for a rejection without a reason,
    CatalogUnavailable.
    """
    reason = reason.strip()
    if not publish and not 1 <= len(reason) <= MAX_REASON:
        raise InvalidReview({"reason": f"must have 1 to {MAX_REASON} characters"})
    was = spoken.find(writer(), product_id, review_id)
    if was is None:
        raise ReviewMoved
    status = ReviewStatus.PUBLISHED if publish else ReviewStatus.REJECTED
    review = replace(was.review, reply=reply.strip()) if publish else was.review
    asked = replace(was, review=review, status=status, reason="" if publish else reason)
    if was.version == version + 1 and was == asked:
        # The store had it, but its word came too late for whoever asked first.
        _show_anew(product_id, _product(product_id))
        return _told(was, status)
    other = ReviewStatus.REJECTED if publish else ReviewStatus.PUBLISHED
    if was.version != version or was.status not in {ReviewStatus.PENDING, other}:
        raise ReviewMoved
    return _told(_moved(was, asked), status)


def reply_to_review(*, product_id: str, review_id: str, version: int, reply: str) -> SpokenReview:
    """Answer a published review in public, in place of an earlier answer; empty takes it back. Raises ReviewMoved when
    it was changed or withdrawn meanwhile, InvalidReview for a long answer, CatalogUnavailable. What is answered like
    this already is told again.
    """
    was = spoken.find(writer(), product_id, review_id)
    if was is None or was.status is not ReviewStatus.PUBLISHED:
        raise ReviewMoved
    asked = replace(was, review=replace(was.review, reply=reply.strip()))
    if was.version == version + 1 and was == asked:
        # Whether another answer stood there before is not known any more.
        return _told(was, REPLIED) if was.review.reply else was
    if was.version != version:
        raise ReviewMoved
    said = _moved(was, asked)
    # A corrected answer is no news.
    return _told(said, REPLIED) if said.review.reply and not was.review.reply else said


def count_stars(*, product_id: str) -> bool:
    """Count how many reviews gave a product each number of stars, for reviews that came before this was counted.

    False when reviews came or went meanwhile, or are not all that its rating counts. Raises CatalogUnavailable.
    """
    counted = star_counts.count(writer(), product_id)
    review_pages.expire(product_id)
    return counted


def place_reviews(*, product_id: str) -> int:
    """Put reviews of earlier releases in their place in every order; returns how many. Raises CatalogUnavailable."""
    return review_orders.place_earlier(writer(), product_id)


def claim_reviews(
    *, email: str, buyer: str, is_theirs: Callable[[str], bool], votes: bool, bought: Iterable[str] = ()
) -> None:
    """Give an account what was said under an address, and the votes given under it if it is proved that they are the
    account's. Nobody else has it from then on, whoever gets the address. `is_theirs` tells it of a purchase, "" where
    none is known. What the account said of the same product itself stands, and the other is taken back.

    `bought` as for `reviews_by`. Safe to repeat, as after ReviewMoved (it was changed or claimed at this moment) or
    CatalogUnavailable.
    """
    held, person = reviews_by(email, bought=bought), person_key(buyer)
    for vote in held.votes if votes else ():
        given = {"voter": person_key(email), "person": person}
        if not claims.claim_vote(writer(), vote.product_id, vote.review_id, **given):
            _forget_vote(vote, person_key(email))
    for said in held.reviews:
        if is_theirs(said.purchase):
            _claim(said, buyer)


def _claim(said: SpokenReview, buyer: str) -> None:
    review, person = said.review, person_key(buyer)
    seat = review_key(product_id=review.product_id, buyer=buyer)
    if not claims.claim(writer(), said, person=person, seat=seat):
        _moved(said, replace(said, status=ReviewStatus.WITHDRAWN, reason="", person=person))
    # Nobody votes for what they said themselves, under whatever address.
    _forget_vote(Vote(review.product_id, review.review_id), person)


def forget_reviewer(buyer: str, *, bought: Iterable[str] = ()) -> None:
    """Take the buyer's reviews out of the pages and ratings and their votes out of the counts, and delete them.

    `bought` as for `reviews_by`. Safe to repeat, as after ReviewMoved (they wrote at this moment) or
    CatalogUnavailable.
    """
    held = reviews_by(buyer, bought=bought)
    for vote in held.votes:
        _forget_vote(vote, person_key(buyer))
    for said in held.reviews:
        withdrawn = said
        if said.status is not ReviewStatus.WITHDRAWN:
            withdrawn = _moved(said, replace(said, status=ReviewStatus.WITHDRAWN, reason=""))
        # First, for by the review it is known.
        claims.let_go(writer(), said.review.product_id, review_key(product_id=said.review.product_id, buyer=buyer))
        spoken.delete(writer(), withdrawn)
        review_pages.forget(said.review.product_id)


def _forget_vote(vote: Vote, voter: str) -> None:
    held = (writer(), vote.product_id, vote.review_id)
    # What it was given for may be gone, and its count with it.
    with suppress(ReviewNotFound):
        votes.take_back(*held, voter=voter, place=votes.place_of(*held))
    votes.delete(*held, voter=voter)


def _told(said: SpokenReview, outcome: str) -> SpokenReview:
    if said.purchase:
        review = said.review
        event = ReviewAnswered(
            product_id=review.product_id,
            review_id=review.review_id,
            version=said.version,
            outcome=str(outcome),
            purchase=said.purchase,
        )
        outbox.record(event)
    return said


def _moved(was: SpokenReview | None, to: SpokenReview) -> SpokenReview:
    product_id = to.review.product_id
    is_seen = ReviewStatus.PUBLISHED in (to.status, was.status if was else None)
    # Before: a store that loses its answer may give none to this either.
    product = _product(product_id) if is_seen else None
    try:
        kept = spoken.move(writer(), was, to)
    except AnswerLost:
        # It may be kept all the same: who asks again then finds nothing to do, and nobody else would tell of it.
        if is_seen:
            _show_anew(product_id, product)
        raise
    if is_seen:
        _show_anew(product_id, product)
    return kept


def _product(product_id: str) -> Product | None:
    return products().get(product_id, freshness=Freshness.STRONG)


def _show_anew(product_id: str, product: Product | None) -> None:
    review_pages.expire(product_id)
    if product:
        outbox.record(ProductChanged(product_id=product.product_id, slug=product.slug))
