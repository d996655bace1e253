"""The tables, as declared and as they stand."""

import pytest

from catalog.dynamo.tables import TABLES, create_missing, definition
from shopcloud.lib import aws


def test_tables_that_exist_are_left_alone():
    assert create_missing(aws.dynamodb()) == []


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_a_table_stands_as_declared(table):
    stands = aws.dynamodb().describe_table(TableName=table.full_name)["Table"]
    declared = definition(table)
    assert stands["KeySchema"] == declared["KeySchema"]
    indexes = {i["IndexName"]: (i["KeySchema"], i["Projection"]) for i in stands.get("GlobalSecondaryIndexes", ())}
    assert indexes == {
        i["IndexName"]: (i["KeySchema"], i["Projection"]) for i in declared.get("GlobalSecondaryIndexes", ())
    }
