"""What was said and voted for under an address becomes an account's."""

from typing import Any

from botocore.exceptions import ClientError

from catalog.dynamo.calls import Calls, code_of
from catalog.dynamo.reviews import NotCounted, transact
from catalog.dynamo.tables import REVIEWS
from catalog.dynamo.values import decode_all, encode_all
from catalog.reviews import ReviewMoved, SpokenReview

# A claimed review keeps the id by which votes, mails and pages know it: where its owner looks for it stands that id.
CLAIMED = "claimed"


def claim(calls: Calls, said: SpokenReview, *, person: str, seat: str) -> bool:
    """Make the review the person's, who finds it at `seat`, the id of their one review of the product; both or neither.

    False when another review is there. Raises ReviewMoved when it was claimed or deleted meanwhile, CatalogUnavailable.
    """
    product_id, review_id = said.review.product_id, said.review.review_id
    owned = {
        "TableName": REVIEWS.full_name,
        "Key": encode_all({"product_id": product_id, "posted": f"id#{review_id}"}),
        "UpdateExpression": "SET person = :person",
        "ConditionExpression": "attribute_exists(said) AND (attribute_not_exists(person) OR person = :was)",
        "ExpressionAttributeValues": encode_all({":person": person, ":was": said.person}),
    }
    found = {"product_id": product_id, "posted": f"id#{seat}", "person": person, CLAIMED: review_id}
    put = {
        "TableName": REVIEWS.full_name,
        "Item": encode_all(found),
        "ConditionExpression": f"attribute_not_exists(posted) OR {CLAIMED} = :review",
        "ExpressionAttributeValues": encode_all({":review": review_id}),
    }
    refused = _refused(calls, [{"Update": owned}, {"Put": put}])
    if refused and refused[0] != "None":
        raise ReviewMoved
    return not refused


def let_go(calls: Calls, product_id: str, seat: str) -> None:
    """Forget where a claimed review is found; a review that stands there itself stays."""
    try:
        calls.write(
            "delete_item",
            TableName=REVIEWS.full_name,
            Key=encode_all({"product_id": product_id, "posted": f"id#{seat}"}),
            ConditionExpression=f"attribute_exists({CLAIMED})",
        )
    except ClientError as error:
        if code_of(error) != "ConditionalCheckFailedException":
            raise


def claim_vote(calls: Calls, product_id: str, review_id: str, *, voter: str, person: str) -> bool:
    """Make the voter's vote the person's, and leave the count; False when the person has voted themselves, or there is
    no vote any more. Raises CatalogUnavailable.
    """
    was, to = ({"product_id": product_id, "posted": f"vote#{review_id}#{one}"} for one in (voter, person))
    table = {"TableName": REVIEWS.full_name}
    vote = decode_all(calls.read("get_item", **table, Key=encode_all(was), ConsistentRead=True).get("Item", {}))
    place = vote.get("of", "")
    delete = {
        "Key": encode_all(was),
        "ConditionExpression": "#of = :place",
        "ExpressionAttributeNames": {"#of": "of"},
        "ExpressionAttributeValues": encode_all({":place": place}),
    }
    put = {
        "Item": encode_all({**to, "person": person, "of": place}),
        "ConditionExpression": "attribute_not_exists(posted)",
    }
    return not _refused(calls, [{"Delete": {**table, **delete}}, {"Put": {**table, **put}}])


def _refused(calls: Calls, steps: list[dict[str, Any]]) -> list[str]:
    """Why it was not done, a code a step; empty when it was."""
    try:
        transact(calls, steps)
    except NotCounted as refused:
        return refused.reasons
    return []
