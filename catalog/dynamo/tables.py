"""The catalog's tables as data. The infrastructure code declares the same, and a test compares the two."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

# Beside the keys, what a product card shows; ratings and sold-out SKUs move without a new version of the card.
CARD_ATTRIBUTES = ("card", "rating_total", "rating_count", "sold_out")


@dataclass(frozen=True, slots=True)
class Index:
    """A global secondary index. Its keys are present only on what it lists, so it is sparse."""

    name: str
    hash_key: str
    range_key: str
    projected: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """All keys are strings; billing is on demand."""

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
REVIEWS = Table(
    name="reviews",
    hash_key="product_id",
    range_key="posted",
    indexes=(Index(REVIEW_QUEUE, "queue", "asked_at", ("status", "version", "reason", "said")),),
)
CATEGORIES = Table(name="categories", hash_key="tree", range_key="path")
TABLES = (PRODUCTS, REVIEWS, CATEGORIES)


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
    """Give a table of an earlier release the indexes it lacks; DynamoDB fills them while the table is in use."""
    stands = client.describe_table(TableName=table.full_name)["Table"]
    known = {index["IndexName"] for index in stands.get("GlobalSecondaryIndexes", ())}
    declared = definition(table)
    for index in declared.get("GlobalSecondaryIndexes", ()):
        if index["IndexName"] not in known:
            client.update_table(
                TableName=table.full_name,
                AttributeDefinitions=declared["AttributeDefinitions"],
                GlobalSecondaryIndexUpdates=[{"Create": index}],
            )


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
    request: dict[str, Any] = {
        "TableName": table.full_name,
        "BillingMode": "PAY_PER_REQUEST",
        "KeySchema": _key_schema(table.hash_key, table.range_key),
        "AttributeDefinitions": [{"AttributeName": k, "AttributeType": "S"} for k in sorted(k for k in keys if k)],
    }
    if table.indexes:
        request["GlobalSecondaryIndexes"] = [
            {
                "IndexName": index.name,
                "KeySchema": _key_schema(index.hash_key, index.range_key),
                "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": list(index.projected)},
            }
            for index in table.indexes
        ]
    return request


def _key_schema(hash_key: str, range_key: str | None) -> list[dict[str, str]]:
    schema = [{"AttributeName": hash_key, "KeyType": "HASH"}]
    return [*schema, {"AttributeName": range_key, "KeyType": "RANGE"}] if range_key else schema
