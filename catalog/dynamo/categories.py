"""The category tree in DynamoDB: one partition, so that one query reads it all."""

import time
from collections.abc import Iterable
from typing import Any

from catalog.domain import Category
from catalog.dynamo.calls import Calls
from catalog.dynamo.tables import CATEGORIES
from catalog.dynamo.values import decode_all, encode, encode_all
from catalog.repository import CatalogUnavailable

TREE = "shop"
BATCH = 25
BATCH_ROUNDS = 6


def read_tree(calls: Calls) -> list[Category]:
    """Every category, in the order of paths. Raises CatalogUnavailable."""
    request: dict[str, Any] = {
        "TableName": CATEGORIES.full_name,
        "KeyConditionExpression": "tree = :tree",
        "ExpressionAttributeValues": {":tree": encode(TREE)},
    }
    found: list[Category] = []
    while True:
        answer = calls.read("query", **request)
        found += [category_from(decode_all(item)) for item in answer["Items"]]
        if "LastEvaluatedKey" not in answer:
            return found
        request["ExclusiveStartKey"] = answer["LastEvaluatedKey"]


def write_categories(calls: Calls, categories: Iterable[Category]) -> None:
    """Add or replace. Writing the same twice changes nothing, so a half-done batch may simply be repeated."""
    puts = [{"PutRequest": {"Item": encode_all({"tree": TREE, **category_record(c)})}} for c in categories]
    for start in range(0, len(puts), BATCH):
        left: Any = {CATEGORIES.full_name: puts[start : start + BATCH]}
        for attempt in range(BATCH_ROUNDS):
            left = calls.write("batch_write_item", RequestItems=left).get("UnprocessedItems")
            if not left:
                break
            time.sleep(0.05 * 2**attempt)
        else:
            raise CatalogUnavailable("The catalog is too busy to save the categories. Please try again in a moment.")


def category_record(category: Category) -> dict[str, Any]:
    return {
        "path": category.path,
        "name": category.name,
        "names": dict(category.names),
        "description": category.description,
        "image": category.image,
        "position": category.position,
    }


def category_from(record: dict[str, Any]) -> Category:
    return Category(
        path=record["path"],
        name=record["name"],
        names=record.get("names", {}),
        description=record.get("description", ""),
        image=record.get("image", ""),
        position=record.get("position", 0),
    )
