"""Takes what a buyer said out of the table for good, and looks whether anything of theirs is left."""

from typing import Any

from catalog.dynamo.calls import Calls
from catalog.dynamo.tables import REVIEWS
from catalog.dynamo.values import decode_all, encode_all


def remove(calls: Calls, product_id: str, review_id: str) -> None:
    """Delete what a withdrawn review leaves behind; gone already is fine."""
    key = encode_all({"product_id": product_id, "posted": f"id#{review_id}"})
    calls.write("delete_item", TableName=REVIEWS.full_name, Key=key)


def saying(calls: Calls, marks: tuple[str, ...]) -> int:
    """How many items of the whole table say one of the marks."""
    wanted, found = [mark.lower() for mark in marks], 0
    more: dict[str, Any] = {}
    while True:
        answer = calls.sweep("scan", TableName=REVIEWS.full_name, ConsistentRead=True, **more)
        texts = (str(decode_all(item)).lower() for item in answer["Items"])
        found += sum(1 for text in texts if any(mark in text for mark in wanted))
        if "LastEvaluatedKey" not in answer:
            return found
        more = {"ExclusiveStartKey": answer["LastEvaluatedKey"]}
