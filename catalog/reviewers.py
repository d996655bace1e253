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


def own_review(product_id: str, *, buyer: str, turn: int = 0) -> tuple[str, SpokenReview | None]:
    """The id of the buyer's one review of a product, and how it stands now. Raises CatalogUnavailable."""
    key = review_key(product_id=product_id, buyer=buyer, turn=turn)
    said = spoken.find(writer(), product_id, key)
    if said is None and (beyond := under_an_address(buyer).get(product_id)):
        said = spoken.find(writer(), product_id, beyond)
    if said is None:
        return key, None
    if said.is_by(person_key(buyer)):
        return said.review.review_id, said
    return own_review(product_id, buyer=buyer, turn=turn + 1)


def under_an_address(buyer: str) -> dict[str, str]:
    """By product, the ids of what a guest said: no turn leads there any more when an earlier owner of the address was
    forgotten. Empty for an account, whose key is nobody else's ever. Raises CatalogUnavailable.
    """
    return dict(by_person.reviews(writer(), person_key(buyer))) if "@" in buyer else {}


def reviews_by(buyer: str, *, bought: Iterable[str] = ()) -> Reviewer:
    """What the buyer said and voted for, as it is now.

    Reviews of earlier releases do not bear their buyer's key: those of the products in `bought` are found all the
    same. Votes of guests belong to a browser and to no address. Raises CatalogUnavailable.
    """
    person = person_key(buyer)
    keys = [*by_person.reviews(writer(), person), *((p, review_key(product_id=p, buyer=buyer)) for p in bought)]
    found = [spoken.find(writer(), product_id, review_id) for product_id, review_id in dict.fromkeys(keys)]
    # What was claimed is found twice: by its own id, and where its owner looks for it.
    theirs = {(one.review.product_id, one.review.review_id): one for one in found if one and one.is_by(person)}
    return Reviewer(tuple(theirs.values()), tuple(by_person.votes(writer(), person)))
