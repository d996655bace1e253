"""Tables of an earlier release get the indexes they lack."""

from dataclasses import replace

import pytest

from catalog.dynamo import tables
from shopcloud.lib import aws


@pytest.fixture
def bare(monkeypatch):
    """The reviews' table of an earlier release, declared with the indexes of this one."""
    table = replace(tables.REVIEWS, name="earlier-reviews", indexes=tables.REVIEWS.indexes[:1])
    aws.dynamodb().create_table(**tables.definition(table))
    declared = replace(table, indexes=tables.REVIEWS.indexes)
    monkeypatch.setattr(tables, "TABLES", (declared,))
    monkeypatch.setattr(tables.time, "sleep", lambda seconds: None)
    yield declared
    aws.dynamodb().delete_table(TableName=table.full_name)


def slow(monkeypatch, *, looks: int):
    """A client of a table whose newest index is being filled for so many looks at it, as DynamoDB does."""
    client = aws.dynamodb()
    describe, update, left, asked = client.describe_table, client.update_table, [0], []

    def described(**request):
        answer = describe(**request)
        for index in answer["Table"].get("GlobalSecondaryIndexes", ()):
            index["IndexStatus"] = "CREATING" if left[0] else "ACTIVE"
        left[0] = max(0, left[0] - 1)
        return answer

    def updated(**request):
        assert not left[0], "DynamoDB refuses a second index while it fills one"
        asked.extend(change["Create"]["IndexName"] for change in request["GlobalSecondaryIndexUpdates"])
        left[0] = looks
        return update(**request)

    monkeypatch.setattr(client, "describe_table", described)
    monkeypatch.setattr(client, "update_table", updated)
    return client, left, asked


def test_a_table_without_its_indexes_gets_each_filled_before_the_next_and_nothing_is_made_twice(bare, monkeypatch):
    client, left, asked = slow(monkeypatch, looks=3)
    for _again in range(2):
        assert tables.create_missing(client) == []
        assert left == [0]
    names = [index.name for index in bare.indexes]
    assert asked == names[1:]
    stands = client.describe_table(TableName=bare.full_name)["Table"]
    assert sorted(index["IndexName"] for index in stands["GlobalSecondaryIndexes"]) == sorted(names)
    assert sorted(map(str, stands["AttributeDefinitions"])) == sorted(
        map(str, tables.definition(bare)["AttributeDefinitions"])
    )


def test_an_index_that_is_not_filled_in_time_is_told(bare, monkeypatch):
    client, _left, asked = slow(monkeypatch, looks=10**6)
    monkeypatch.setattr(tables, "INDEX_SECONDS", 0.05)
    with pytest.raises(tables.IndexNotReady, match="earlier-reviews"):
        tables.create_missing(client)
    assert asked == [bare.indexes[1].name]
