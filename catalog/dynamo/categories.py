"""The category tree in DynamoDB: one partition, so that one query reads it all."""

import time
from collections.abc import Iterable, Mapping
from typing import Any

from botocore.exceptions import ClientError

from catalog.domain import Category
from catalog.dynamo.calls import Calls, code_of
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
        # What staff just changed must not come back from the copies.
        "ConsistentRead": True,
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


def create_category(calls: Calls, category: Category) -> bool:
    """False where there is one at its path already."""
    item = encode_all({"tree": TREE, **category_record(category)})
    return _wrote(calls, "put_item", Item=item, ConditionExpression="attribute_not_exists(#path)",
                  ExpressionAttributeNames={"#path": "path"})  # fmt: skip


def change_category(calls: Calls, path: str, changes: Mapping[str, Any], *, version: int | None = None) -> bool:
    """Set these fields and leave the others alone; False where there is no such category, or not of this version."""
    condition = "attribute_exists(#path)"
    names = {"#path": "path", **{f"#{name}": name for name in changes}}
    values = {f":{name}": value for name, value in changes.items()}
    if version is not None:
        # Categories of an earlier release carry no version.
        same = "#version = :seen" if version else "(attribute_not_exists(#version) OR #version = :seen)"
        condition = f"{condition} AND {same}"
        names["#version"], values[":seen"] = "version", version
    return _wrote(
        calls,
        "update_item",
        Key=_key(path),
        UpdateExpression="SET " + ", ".join(f"#{name} = :{name}" for name in changes),
        ConditionExpression=condition,
        ExpressionAttributeNames=names,
        ExpressionAttributeValues=encode_all(values),
    )


def delete_category(calls: Calls, path: str) -> None:
    """Whether it was there or not."""
    calls.write("delete_item", TableName=CATEGORIES.full_name, Key=_key(path))


def _wrote(calls: Calls, operation: str, **request: Any) -> bool:
    try:
        calls.write(operation, TableName=CATEGORIES.full_name, **request)
    except ClientError as error:
        if code_of(error) != "ConditionalCheckFailedException":
            raise
        return False
    return True


def _key(path: str) -> dict[str, Any]:
    return encode_all({"tree": TREE, "path": path})


def category_record(category: Category) -> dict[str, Any]:
    return {
        "path": category.path,
        "name": category.name,
        "names": dict(category.names),
        "description": category.description,
        "image": category.image,
        "position": category.position,
        "seo_title": category.seo_title,
        "seo_description": category.seo_description,
        "translations": {language: dict(texts) for language, texts in category.translations.items()},
        "version": category.version,
    }


def category_from(record: dict[str, Any]) -> Category:
    return Category(
        path=record["path"],
        name=record["name"],
        names=record.get("names", {}),
        description=record.get("description", ""),
        image=record.get("image", ""),
        position=record.get("position", 0),
        seo_title=record.get("seo_title", ""),
        seo_description=record.get("seo_description", ""),
        translations=record.get("translations", {}),
        version=record.get("version", 0),
    )
