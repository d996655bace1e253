"""The catalog's tables as data. The infrastructure code declares the same, and a test compares the two."""

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

# Beside the keys, what a product card shows; ratings and sold-out SKUs move without a new version of the card.
CARD_ATTRIBUTES = ("card", "rating_total", "rating_count", "sold_out")


@dataclass(frozen=True, slots=True)
class Index:
    """A global secondary index. Its keys are present only on what it lists, so it is sparse. Its range is text, or a
    whole number where it is `counted`."""

    name: str
    hash_key: str
    range_key: str
    projected: tuple[str, ...] = ()
    counted: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """Its keys are strings; billing is on demand."""

    name: str
    hash_key: str
    range_key: str | None = None
    indexes: tuple[Index, ...] = ()

    @property
    def full_name(self) -> str:
        return f"{settings.DYNAMODB_TABLE_PREFIX}{self.name}"


PRODUCTS = Table(
    name="products",
    hash_key="product_id",
    indexes=(
        Index("department-index", "department", "rank_key", CARD_ATTRIBUTES),
        Index("section-index", "section", "rank_key", CARD_ATTRIBUTES),
        Index("category-index", "category", "rank_key", CARD_ATTRIBUTES),
        Index("shelf-index", "shelf", "rank_key", CARD_ATTRIBUTES),
    ),
)
REVIEW_QUEUE = "queue-index"
REVIEWS_BY_STARS = "stars-index"
REVIEWS_BY_HELP = "helpful-index"
REVIEWS_BY_STARS_AND_HELP = "stars-helpful-index"
REVIEWS_BY_PERSON = "person-index"
# What a published review shows.
SHOWN = ("review_id", "author", "rating", "title", "body", "verified", "created_at", "reply")
REVIEWS = Table(
    name="reviews",
    hash_key="product_id",
    range_key="posted",
    indexes=(
        Index(REVIEW_QUEUE, "queue", "asked_at", ("status", "version", "reason", "said")),
        Index(REVIEWS_BY_STARS, "product_id", "by_stars", (*SHOWN, "helpful")),
        Index(REVIEWS_BY_HELP, "product_id", "helpful", SHOWN, counted=True),
        Index(REVIEWS_BY_STARS_AND_HELP, "starred", "helpful", SHOWN, counted=True),
        Index(REVIEWS_BY_PERSON, "person", "posted"),
    ),
)
CATEGORIES = Table(name="categories", hash_key="tree", range_key="path")
TABLES = (PRODUCTS, REVIEWS, CATEGORIES)
# An index of a large table takes its time to be filled; a deployment that waits longer should be looked at.
INDEX_SECONDS = 1800.0


class IndexNotReady(TimeoutError):
    """An added index was not filled in time."""

    def __init__(self, table: str) -> None:
        super().__init__(f"{table} is still filling an index. Wait until it is active, then run this again.")


def create_missing(client: "DynamoDBClient") -> list[str]:
    """Create the tables that are not there and wait until they can be used; returns their names."""
    created = []
    for table in TABLES:
        try:
            client.create_table(**definition(table))
        except client.exceptions.ResourceInUseException:
            _add_indexes(client, table)
            continue
        created.append(table.full_name)
    for name in created:
        client.get_waiter("table_exists").wait(TableName=name, WaiterConfig={"Delay": 1, "MaxAttempts": 60})
    return created


def _add_indexes(client: "DynamoDBClient", table: Table) -> None:
    """Give a table of an earlier release the indexes it lacks, one after the other as DynamoDB demands, each filled
    before this returns; the table is in use meanwhile. Raises IndexNotReady.
    """
    declared = definition(table)
    types = {attribute["AttributeName"]: attribute for attribute in declared["AttributeDefinitions"]}
    until = time.monotonic() + INDEX_SECONDS
    for index in declared.get("GlobalSecondaryIndexes", ()):
        stands = _settled(client, table, until=until)
        if index["IndexName"] in {known["IndexName"] for known in stands.get("GlobalSecondaryIndexes", ())}:
            continue
        known = {attribute["AttributeName"]: attribute for attribute in stands["AttributeDefinitions"]}
        keys = {key["AttributeName"]: types[key["AttributeName"]] for key in index["KeySchema"]}
        client.update_table(
            TableName=table.full_name,
            AttributeDefinitions=list((known | keys).values()),
            GlobalSecondaryIndexUpdates=[{"Create": index}],
        )
    _settled(client, table, until=until)


def _settled(client: "DynamoDBClient", table: Table, *, until: float) -> Any:
    """The table as it stands once it and its indexes are active. Raises IndexNotReady."""
    while True:
        stands: Any = client.describe_table(TableName=table.full_name)["Table"]
        indexes = stands.get("GlobalSecondaryIndexes", ())
        if {stands["TableStatus"], *(index["IndexStatus"] for index in indexes)} == {"ACTIVE"}:
            return stands
        if time.monotonic() >= until:
            raise IndexNotReady(table.full_name)
        time.sleep(1)


def drop(client: "DynamoDBClient", *, prefix: str) -> list[str]:
    """Delete every table whose name begins with `prefix`; returns their names."""
    names = [name for page in client.get_paginator("list_tables").paginate() for name in page["TableNames"]]
    dropped = [name for name in names if name.startswith(prefix)]
    for name in dropped:
        client.delete_table(TableName=name)
    return dropped


def definition(table: Table) -> dict[str, Any]:
    """The arguments of CreateTable."""
    keys = {table.hash_key, table.range_key} | {key for i in table.indexes for key in (i.hash_key, i.range_key)}
    numbers = {index.range_key for index in table.indexes if index.counted}
    request: dict[str, Any] = {
        "TableName": table.full_name,
        "BillingMode": "PAY_PER_REQUEST",
        "KeySchema": _key_schema(table.hash_key, table.range_key),
        "AttributeDefinitions": [
            {"AttributeName": key, "AttributeType": "N" if key in numbers else "S"}
            for key in sorted(key for key in keys if key)
        ],
    }
    if table.indexes:
        request["GlobalSecondaryIndexes"] = [
            {
                "IndexName": index.name,
                "KeySchema": _key_schema(index.hash_key, index.range_key),
                "Projection": _projection(index),
            }
            for index in table.indexes
        ]
    return request


def _projection(index: Index) -> dict[str, Any]:
    if not index.projected:
        return {"ProjectionType": "KEYS_ONLY"}
    return {"ProjectionType": "INCLUDE", "NonKeyAttributes": list(index.projected)}


def _key_schema(hash_key: str, range_key: str | None) -> list[dict[str, str]]:
    schema = [{"AttributeName": hash_key, "KeyType": "HASH"}]
    return [*schema, {"AttributeName": range_key, "KeyType": "RANGE"}] if range_key else schema
