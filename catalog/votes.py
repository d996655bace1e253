"""Helpful votes: one of each person for each review of somebody else."""

from dataclasses import dataclass

from catalog.dynamo import votes
from catalog.dynamo.client import writer
from catalog.reviews import person_key
from shopcloud.lib import redis, throttle

# By the person, and by the address they come from: a browser that forgets its cookies is somebody new.
PER_PERSON = {"most": 60, "seconds": 3600}
PER_CLIENT = {"most": 120, "seconds": 3600}
PER_CLIENT_AND_REVIEW = {"most": 10, "seconds": 24 * 3600}


@dataclass(frozen=True, slots=True, kw_only=True)
class Voter:
    """Who votes: a signed-in person by what their account is called among reviews, or a guest by the id in their
    cookie."""

    person: str = ""
    guest: str = ""

    @property
    def key(self) -> str:
        return person_key(self.person or f"guest {self.guest}")


class TooManyVotes(Exception):
    """Too many votes came from one person or address."""

    wait = 3600


def vote_helpful(*, product_id: str, review_id: str, voter: Voter, client: str) -> bool:
    """Say that a review helped; False when they had said so already. `client` is the address they come from.

    Raises ReviewNotFound, OwnReview, TooManyVotes, CatalogUnavailable.
    """
    _count_use(voter, client, review_id)
    place = votes.place_of(writer(), product_id, review_id, voter=voter.key)
    return votes.cast(writer(), product_id, review_id, voter=voter.key, place=place)


def withdraw_vote(*, product_id: str, review_id: str, voter: Voter) -> bool:
    """Take the vote back; False when there was none. Raises ReviewNotFound, CatalogUnavailable."""
    place = votes.place_of(writer(), product_id, review_id)
    return votes.take_back(writer(), product_id, review_id, voter=voter.key, place=place)


def has_voted(*, product_id: str, review_id: str, voter: Voter | None) -> bool:
    """As it is now. Raises ReviewNotFound, CatalogUnavailable."""
    place = votes.place_of(writer(), product_id, review_id)
    return voter is not None and votes.has_voted(writer(), product_id, review_id, voter=voter.key, place=place)


def _count_use(voter: Voter, client: str, review_id: str) -> None:
    """While Redis is away nobody is turned away: each vote still counts once a person."""
    try:
        within = (
            throttle.within(f"votes:person:{voter.key}", **PER_PERSON)
            and throttle.within(f"votes:client:{client}", **PER_CLIENT)
            and (bool(voter.person) or throttle.within(f"votes:{client}:{review_id}", **PER_CLIENT_AND_REVIEW))
        )
    except redis.Unavailable:
        return
    if not within:
        raise TooManyVotes
