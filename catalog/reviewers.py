"""Everything that one buyer said of products and found helpful."""

from collections.abc import Iterable
from dataclasses import dataclass

from catalog.dynamo import by_person, spoken
from catalog.dynamo.by_person import Vote
from catalog.dynamo.client import writer
from catalog.reviews import SpokenReview, person_key, review_key


@dataclass(frozen=True, slots=True)
class Reviewer:
    """What a buyer said, and the reviews they found helpful."""

    reviews: tuple[SpokenReview, ...]
    votes: tuple[Vote, ...]


def reviews_by(buyer: str, *, bought: Iterable[str] = ()) -> Reviewer:
    """What the buyer with this address said and voted for, as it is now.

    Reviews of earlier releases do not bear their buyer's key: those of the products in `bought` are found all the
    same. Votes of guests belong to a browser and to no address. Raises CatalogUnavailable.
    """
    person = person_key(buyer)
    keys = [*by_person.reviews(writer(), person), *((p, review_key(product_id=p, buyer=buyer)) for p in bought)]
    found = (spoken.find(writer(), product_id, review_id) for product_id, review_id in dict.fromkeys(keys))
    return Reviewer(tuple(said for said in found if said), tuple(by_person.votes(writer(), person)))
