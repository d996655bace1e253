"""What buyers say of a product."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

MAX_BODY = 5_000
MAX_TITLE = 120
MAX_AUTHOR = 80
MAX_REPLY = 2_000


class InvalidReview(ValueError):
    """A review breaks a rule; `errors` maps each field to what is wrong with it."""

    def __init__(self, errors: Mapping[str, str]):
        self.errors = dict(errors)
        super().__init__("; ".join(f"{name}: {reason}" for name, reason in self.errors.items()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """One to five stars and a few words. `author` is a display name; `verified` says that the author bought it here;
    `reply` is the shop's public answer to it, empty without one; `helpful` is how many people found it so."""

    review_id: str
    product_id: str
    author: str
    rating: int
    body: str
    created_at: datetime
    title: str = ""
    verified: bool = False
    reply: str = ""
    helpful: int = 0

    def __post_init__(self) -> None:
        errors = {}
        if not 1 <= self.rating <= 5:
            errors["rating"] = "must be 1 to 5 stars"
        if not self.author.strip() or len(self.author) > MAX_AUTHOR:
            errors["author"] = f"must have 1 to {MAX_AUTHOR} characters"
        if len(self.title) > MAX_TITLE:
            errors["title"] = f"must have {MAX_TITLE} characters at most"
        if not self.body.strip() or len(self.body) > MAX_BODY:
            errors["body"] = f"must have 1 to {MAX_BODY:,} characters"
        if len(self.reply) > MAX_REPLY:
            errors["reply"] = f"must have {MAX_REPLY:,} characters at most"
        if errors:
            raise InvalidReview(errors)


class ReviewSort(StrEnum):
    """Ties: the newest first, except that the lowest begin with those that came first."""

    NEWEST = "newest"
    HELPFUL = "helpful"
    HIGHEST = "highest"
    LOWEST = "lowest"


@dataclass(frozen=True, slots=True)
class ReviewOrder:
    """Which reviews of a product, and in what order; `stars` 0 means all."""

    sort: ReviewSort = ReviewSort.NEWEST
    stars: int = 0

    @property
    def is_plain(self) -> bool:
        return self == PLAIN


PLAIN = ReviewOrder()


class UnknownOrder(ValueError):
    """Nothing is sorted or filtered like this."""

    def __str__(self) -> str:
        return "Sort by newest, helpful, highest or lowest, and ask for 1 to 5 stars."


def order_of(asked: Mapping[str, str]) -> ReviewOrder:
    """The order that `sort` and `stars` of an address ask for; empty ones ask for nothing. Raises UnknownOrder."""
    sort, stars = asked.get("sort") or ReviewSort.NEWEST, asked.get("stars") or "0"
    if sort not in set(ReviewSort) or (asked.get("stars") and stars not in {"1", "2", "3", "4", "5"}):
        raise UnknownOrder
    return ReviewOrder(ReviewSort(sort), int(stars))


class ReviewNotFound(LookupError):
    """No such review is published."""

    def __init__(self, review_id: str) -> None:
        super().__init__(f"There is no review {review_id}.")


class OwnReview(Exception):
    """Nobody votes for what they said themselves."""


class ReviewStatus(StrEnum):
    PENDING = "pending"
    PUBLISHED = "published"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


class ReviewMoved(Exception):
    """Somebody changed or answered the review first."""

    def __str__(self) -> str:
        return "This review was changed meanwhile. Load the page again and look at it once more."


@dataclass(frozen=True, slots=True, kw_only=True)
class SpokenReview:
    """A buyer's review and how it stands; `reason` says why it was rejected. Only published ones count. `person` is its
    buyer's key, `purchase` says where they bought it, in words of the shop above; reviews of earlier releases have
    none."""

    review: Review
    status: ReviewStatus
    version: int = 0
    reason: str = ""
    # Not kept in the queue's index.
    person: str = field(default="", compare=False)
    purchase: str = field(default="", compare=False)

    def is_by(self, person: str) -> bool:
        """Whether the person said it, who has found it under a key of their own."""
        return self.person in {"", person}


@dataclass(frozen=True, slots=True)
class WaitingReviews:
    """Reviews that wait for staff, the longest first. `next` is an opaque cursor, None at the end."""

    reviews: tuple[SpokenReview, ...]
    next: str | None


@dataclass(frozen=True, slots=True)
class ReviewPage:
    """Reviews in their order. `next` is an opaque cursor, None at the end; `stale` marks a last-known copy.

    `stars` is how many reviews gave 5, 4, 3, 2 and 1 stars; empty on later pages, and where they were not counted.
    """

    reviews: tuple[Review, ...]
    next: str | None
    stale: bool = False
    stars: tuple[int, ...] = ()


def review_key(*, product_id: str, buyer: str, turn: int = 0) -> str:
    """The id of the one review that a buyer has of a product. `buyer` is what their account is called among reviews,
    which no change of address changes, or a guest's address; it tells nobody which. `turn` counts the earlier owners of
    the address whose reviews of the product went with their accounts.
    """
    later = f"\n{turn}" if turn else ""
    return hashlib.sha256(f"{product_id}\n{buyer.strip().lower()}{later}".encode()).hexdigest()[:32]


def person_key(buyer: str) -> str:
    """What stands for a buyer, called as for `review_key`, among reviews and votes."""
    return hashlib.sha256(f"reviewer\n{buyer.strip().lower()}".encode()).hexdigest()[:32]
