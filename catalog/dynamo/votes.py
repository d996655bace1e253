"""Helpful votes in DynamoDB: one item a person and review, counted on the review by the transaction that writes it."""

from typing import Any

from catalog.dynamo import spoken
from catalog.dynamo.calls import Calls
from catalog.dynamo.reviews import VOTE, NotCounted, posted_of, transact
from catalog.dynamo.tables import REVIEWS
from catalog.dynamo.values import decode_all, encode_all
from catalog.reviews import OwnReview, ReviewNotFound, ReviewStatus
from shopcloud.lib import guards

# The longest id a review has.
MAX_ID = 64


def place_of(calls: Calls, product_id: str, review_id: str, *, voter: str = "") -> str:
    """Where the published review stands under its product, as it is now. Raises ReviewNotFound, and OwnReview where the
    voter wrote it.
    """
    if len(review_id) > MAX_ID:
        raise ReviewNotFound(review_id)
    said = spoken.find(calls, product_id, review_id)
    if said and voter and said.person == voter:
        raise OwnReview
    if said is None or said.status is not ReviewStatus.PUBLISHED:
        raise ReviewNotFound(review_id)
    return posted_of(said.review)


def has_voted(calls: Calls, product_id: str, review_id: str, *, voter: str, place: str) -> bool:
    key = encode_all(_key(product_id, review_id, voter))
    item = calls.read("get_item", TableName=REVIEWS.full_name, Key=key, ConsistentRead=True).get("Item", {})
    return bool(decode_all(item).get("of") == place)


def cast(calls: Calls, product_id: str, review_id: str, *, voter: str, place: str) -> bool:
    """Count the voter's vote for the words that stand at `place`, both or neither. False when it was counted already.

    A vote for earlier words of the review is replaced. Raises ReviewNotFound, CatalogUnavailable.
    """
    item = {**_key(product_id, review_id, voter), "person": voter, "of": place}
    put: dict[str, Any] = {"TableName": REVIEWS.full_name, "Item": encode_all(item)}
    if guards.stands("reviews.vote"):
        put |= _unless("attribute_not_exists(posted) OR #of <> :place", place)
    return _moved(calls, {"Put": put}, _counting(product_id, place, 1), review_id)


def take_back(calls: Calls, product_id: str, review_id: str, *, voter: str, place: str) -> bool:
    """Take the vote away and out of the count, both or neither. False when there was none. Raises as `cast`."""
    delete: dict[str, Any] = {"TableName": REVIEWS.full_name, "Key": encode_all(_key(product_id, review_id, voter))}
    delete |= _unless("#of = :place", place)
    return _moved(calls, {"Delete": delete}, _counting(product_id, place, -1), review_id)


def delete(calls: Calls, product_id: str, review_id: str, *, voter: str) -> None:
    """Drop a vote that counts no more: it was taken back, or was given for words that are gone."""
    calls.write("delete_item", TableName=REVIEWS.full_name, Key=encode_all(_key(product_id, review_id, voter)))


def _key(product_id: str, review_id: str, voter: str) -> dict[str, str]:
    return {"product_id": product_id, "posted": f"vote#{review_id}#{voter}"}


def _unless(condition: str, place: str) -> dict[str, Any]:
    return {
        "ConditionExpression": condition,
        "ExpressionAttributeNames": {"#of": "of"},
        "ExpressionAttributeValues": encode_all({":place": place}),
    }


def _counting(product_id: str, place: str, sign: int) -> dict[str, Any]:
    return {
        "Update": {
            "TableName": REVIEWS.full_name,
            "Key": encode_all({"product_id": product_id, "posted": place}),
            "UpdateExpression": "ADD helpful :vote",
            # No count falls below none, not even where more votes are held than were counted.
            "ConditionExpression": "helpful >= :least",
            "ExpressionAttributeValues": encode_all({":vote": sign * VOTE, ":least": -sign * VOTE}),
        }
    }


def _moved(calls: Calls, step: dict[str, Any], counting: dict[str, Any], review_id: str) -> bool:
    try:
        transact(calls, [step, counting])
    except NotCounted as refused:
        # Without a vote to move, the count is refused beside it.
        if refused.reasons[0] == "None":
            raise ReviewNotFound(review_id) from None
        return False
    return True
