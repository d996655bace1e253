"""Reviews in DynamoDB: under their product in every order they are shown in, each counted once in its rating."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any

import stamina
from botocore.exceptions import ClientError

from catalog.dynamo.calls import Calls, code_of
from catalog.dynamo.tables import PRODUCTS, REVIEWS, SHOWN
from catalog.dynamo.values import encode, encode_all
from catalog.repository import CatalogUnavailable
from catalog.reviews import Review

# Sort keys: `at#<time>#<id>` is a review, `id#<id>` the mark that it was counted, whatever time it was sent with.
POSTED = re.compile(r"at#[0-9T:.+-]{32}#.{1,64}")
# Why a transaction is refused though nothing speaks against it.
BUSY = frozenset({"TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"})
# `helpful` ranks a review by one number that one statement can raise: votes, then microseconds since 1970.
VOTE = 10**16


class NotCounted(Exception):
    """The transaction was refused; `reasons` has one code an item."""

    def __init__(self, reasons: list[str]) -> None:
        self.reasons = reasons
        super().__init__(", ".join(reasons))


def add(calls: Calls, review: Review) -> bool:
    """Store a review and count its stars, both or neither. False when it was there already or has no product.

    Raises CatalogUnavailable, also when too many people review the product at once.
    """
    try:
        _store(calls, review)
    except NotCounted:
        return False
    return True


def _store(calls: Calls, review: Review) -> None:
    counted = {"product_id": review.product_id, "posted": f"id#{review.review_id}", "at": posted_of(review)}
    mark = {
        "TableName": REVIEWS.full_name,
        "Item": encode_all(counted),
        "ConditionExpression": "attribute_not_exists(posted)",
    }
    transact(calls, [{"Put": mark}, {"Update": publishing(review)}, counting(review, 1)])


def votes_for(calls: Calls, review: Review) -> int:
    """How many found these very words helpful: votes stay while staff have the review off the page."""
    request: dict[str, Any] = {
        "TableName": REVIEWS.full_name,
        "KeyConditionExpression": "product_id = :product AND begins_with(posted, :votes)",
        "FilterExpression": "#of = :place",
        "ExpressionAttributeNames": {"#of": "of"},
        "ExpressionAttributeValues": encode_all(
            {":product": review.product_id, ":votes": f"vote#{review.review_id}#", ":place": posted_of(review)}
        ),
        "Select": "COUNT",
        "ConsistentRead": True,
    }
    found = 0
    while True:
        answer = calls.read("query", **request)
        found += answer["Count"]
        if "LastEvaluatedKey" not in answer:
            return found
        request["ExclusiveStartKey"] = answer["LastEvaluatedKey"]


def publishing(review: Review, *, votes: int = 0) -> dict[str, Any]:
    """The update that puts a published review in its place in every order, leaving the votes it has; it begins with
    these `votes`."""
    record = review_record(review)
    key = {"product_id": record.pop("product_id"), "posted": posted_of(review)}
    gone = "" if review.reply else " REMOVE reply"
    update = placing(review, beside=record, votes=votes)
    return {
        **update,
        "TableName": REVIEWS.full_name,
        "Key": encode_all(key),
        "UpdateExpression": update["UpdateExpression"] + gone,
    }


def placing(review: Review, *, beside: Mapping[str, Any] = MappingProxyType({}), votes: int = 0) -> dict[str, Any]:
    """The expressions that set what a review is ordered by, and what is to stand `beside` it."""
    values = {
        **beside,
        "by_stars": f"{review.rating}#{posted_of(review)}",
        "starred": f"{review.product_id}#{review.rating}",
    }
    sets = [f"#{name} = :{name}" for name in values] + ["#helpful = if_not_exists(#helpful, :helpful)"]
    values["helpful"] = votes * VOTE + _microseconds(review.created_at)
    return {
        "UpdateExpression": "SET " + ", ".join(sets),
        "ExpressionAttributeNames": {f"#{name}": name for name in values},
        "ExpressionAttributeValues": encode_all({f":{name}": value for name, value in values.items()}),
    }


def posted_of(review: Review) -> str:
    """The sort key of a published review."""
    return f"at#{_sortable(review.created_at)}#{review.review_id}"


def counting(review: Review, sign: int) -> dict[str, Any]:
    """The step of a transaction that counts a review's stars in its product's rating, in their sum and among their
    like, or (-1) takes them back."""
    stars = {":stars": sign * review.rating, ":one": sign}
    return {
        "Update": {
            "TableName": PRODUCTS.full_name,
            "Key": {"product_id": encode(review.product_id)},
            "UpdateExpression": f"ADD rating_total :stars, rating_count :one, stars_{review.rating} :one",
            "ConditionExpression": "attribute_exists(product_id)",
            "ExpressionAttributeValues": encode_all(stars),
        }
    }


def transact(calls: Calls, steps: list[dict[str, Any]]) -> None:
    """Raises NotCounted when a condition fails, CatalogUnavailable when others keep the items busy after some tries."""
    try:
        _tried(calls, steps)
    except NotCounted as refused:
        if BUSY.isdisjoint(refused.reasons):
            raise
        raise CatalogUnavailable from refused


@stamina.retry(on=lambda error: isinstance(error, NotCounted) and not BUSY.isdisjoint(error.reasons), attempts=6,
               timeout=1.5, wait_initial=0.02, wait_max=0.3, wait_jitter=0.1)  # fmt: skip
def _tried(calls: Calls, steps: list[dict[str, Any]]) -> None:
    try:
        calls.write("transact_write_items", TransactItems=steps)
    except ClientError as error:
        if code_of(error) != "TransactionCanceledException":
            raise
        reasons: list[Any] = error.response.get("CancellationReasons", [])  # type: ignore[assignment]
        raise NotCounted([str(reason.get("Code")) for reason in reasons]) from None


def review_record(review: Review) -> dict[str, Any]:
    return {
        "product_id": review.product_id,
        "review_id": review.review_id,
        "author": review.author,
        "rating": review.rating,
        "title": review.title,
        "body": review.body,
        "verified": review.verified,
        "created_at": review.created_at.isoformat(),
        **({"reply": review.reply} if review.reply else {}),
    }


def review_from(record: dict[str, Any]) -> Review:
    """A review of what is stored or was kept; what is beside it there is left alone."""
    known = {name: record[name] for name in SHOWN if name in record}
    helpful = record.get("helpful", 0) // VOTE
    created_at = datetime.fromisoformat(record["created_at"])
    return Review(**{**known, "product_id": record["product_id"], "created_at": created_at, "helpful": helpful})


def _microseconds(moment: datetime) -> int:
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


def _sortable(moment: datetime) -> str:
    """One length and one time zone, so that text sorts as time does."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")
