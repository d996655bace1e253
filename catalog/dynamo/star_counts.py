"""How many reviews gave a product 5, 4, 3, 2 and 1 stars: counted beside the sum, by the transaction of each review."""

from typing import Any

from botocore.exceptions import ClientError

from catalog.dynamo.calls import Calls, code_of
from catalog.dynamo.tables import PRODUCTS, REVIEWS
from catalog.dynamo.values import decode_all, encode, encode_all

STARS = (5, 4, 3, 2, 1)
_SUMS = ("rating_total", "rating_count")
_NAMES = tuple(f"stars_{star}" for star in STARS)


def read(calls: Calls, product_id: str) -> tuple[int, ...]:
    """The counts, most stars first; empty unless they explain the whole rating, as for reviews of earlier releases."""
    item = _item(calls, product_id)
    counts = tuple(int(item.get(name, 0)) for name in _NAMES)
    return counts if _sums(counts) == tuple(int(item.get(name, 0)) for name in _SUMS) else ()


def count(calls: Calls, product_id: str) -> bool:
    """Count published reviews anew. False when reviews came or went meanwhile, or do not make up the rating."""
    was = _item(calls, product_id, strong=True)
    counts = [0] * len(STARS)
    for rating in _ratings(calls, product_id):
        counts[STARS.index(rating)] += 1
    total, number = _sums(counts)
    values: dict[str, Any] = {":total": total, ":count": number}
    values |= {f":{name}": value for name, value in zip(_NAMES, counts, strict=True)}
    values |= {f":was_{name}": was[name] for name in _NAMES if name in was}
    unmoved = [f"{name} = :was_{name}" if name in was else f"attribute_not_exists({name})" for name in _NAMES]
    try:
        calls.write(
            "update_item",
            TableName=PRODUCTS.full_name,
            Key={"product_id": encode(product_id)},
            UpdateExpression="SET " + ", ".join(f"{name} = :{name}" for name in _NAMES),
            ConditionExpression=" AND ".join(["rating_total = :total", "rating_count = :count", *unmoved]),
            ExpressionAttributeValues=encode_all(values),
        )
    except ClientError as error:
        if code_of(error) != "ConditionalCheckFailedException":
            raise
        return False
    return True


def _item(calls: Calls, product_id: str, *, strong: bool = False) -> dict[str, Any]:
    answer = calls.read(
        "get_item",
        TableName=PRODUCTS.full_name,
        Key={"product_id": encode(product_id)},
        ProjectionExpression=", ".join((*_SUMS, *_NAMES)),
        ConsistentRead=strong,
    )
    return decode_all(answer.get("Item", {}))


def _ratings(calls: Calls, product_id: str) -> list[int]:
    request: dict[str, Any] = {
        "TableName": REVIEWS.full_name,
        "KeyConditionExpression": "product_id = :product AND begins_with(posted, :reviews)",
        "ExpressionAttributeValues": encode_all({":product": product_id, ":reviews": "at#"}),
        "ProjectionExpression": "rating",
        "ConsistentRead": True,
    }
    found: list[int] = []
    while True:
        answer = calls.sweep("query", **request)
        found += [int(decode_all(item)["rating"]) for item in answer["Items"]]
        if "LastEvaluatedKey" not in answer:
            return found
        request["ExclusiveStartKey"] = answer["LastEvaluatedKey"]


def _sums(counts: list[int] | tuple[int, ...]) -> tuple[int, int]:
    return sum(star * number for star, number in zip(STARS, counts, strict=True)), sum(counts)
