"""Tables of an earlier release get the indexes they lack."""

from dataclasses import replace

from catalog.dynamo import tables
from shopcloud.lib import aws


def test_a_table_without_its_index_gets_it_and_nothing_is_made_twice(monkeypatch):
    bare = replace(tables.REVIEWS, name="earlier-reviews", indexes=())
    client = aws.dynamodb()
    client.create_table(**tables.definition(bare))
    try:
        monkeypatch.setattr(tables, "TABLES", (replace(bare, indexes=tables.REVIEWS.indexes),))
        for _again in range(2):
            assert tables.create_missing(client) == []
        stands = client.describe_table(TableName=bare.full_name)["Table"]
        assert [index["IndexName"] for index in stands["GlobalSecondaryIndexes"]] == [tables.REVIEW_QUEUE]
    finally:
        client.delete_table(TableName=bare.full_name)
