"""What one person said and voted for, by the index of their key: never a scan."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from catalog.dynamo.calls import Calls
from catalog.dynamo.tables import REVIEWS, REVIEWS_BY_PERSON
from catalog.dynamo.values import decode_all, encode_all


@dataclass(frozen=True, slots=True)
class Vote:
    product_id: str
    review_id: str


def reviews(calls: Calls, person: str) -> list[tuple[str, str]]:
    """The products and ids of what the person said."""
    return [(item["product_id"], item["posted"].partition("#")[2]) for item in _items(calls, person, "id#")]


def votes(calls: Calls, person: str) -> list[Vote]:
    found = _items(calls, person, "vote#")
    return [Vote(item["product_id"], item["posted"].partition("#")[2].rpartition("#")[0]) for item in found]


def _items(calls: Calls, person: str, kind: str) -> Iterator[dict[str, Any]]:
    request: dict[str, Any] = {
        "TableName": REVIEWS.full_name,
        "IndexName": REVIEWS_BY_PERSON,
        "KeyConditionExpression": "person = :person AND begins_with(posted, :kind)",
        "ExpressionAttributeValues": encode_all({":person": person, ":kind": kind}),
    }
    while True:
        answer = calls.read("query", **request)
        yield from map(decode_all, answer["Items"])
        if "LastEvaluatedKey" not in answer:
            return
        request["ExclusiveStartKey"] = answer["LastEvaluatedKey"]
