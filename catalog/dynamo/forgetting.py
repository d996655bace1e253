"""Looks whether anything of a person is left in the table."""

from typing import Any

from catalog.dynamo.calls import Calls
from catalog.dynamo.tables import REVIEWS
from catalog.dynamo.values import decode_all


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
