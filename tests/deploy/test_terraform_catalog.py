"""Claims: DynamoDB in AWS has the tables that the catalog asks for, and none can be lost by mistake."""

import re
from typing import Any

import pytest

from catalog.dynamo import tables
from tests.deploy import terraform


def _declared(tree: dict[str, Any]) -> dict[str, Any]:
    body = terraform.resources(tree, "aws_dynamodb_table")["catalog"]
    return {
        name: {
            "keys": (table["hash"], table["range"]),
            "attributes": set(table["attributes"].items()),
            "indexes": {
                (index, i["hash"], i["range"], "INCLUDE" if i["shows"] else "KEYS_ONLY", _shown(tree, i["shows"]))
                for index, i in table["indexes"].items()
            },
            "billing": body["billing_mode"],
        }
        for name, table in terraform.local(tree, "tables").items()
    }


def _shown(tree: dict[str, Any], shows: Any) -> tuple[str, ...]:
    """A projection: written out, or by the name of one that indexes share, with what comes on top."""
    if isinstance(shows, list):
        return tuple(shows)
    shared = [name for local in re.findall(r"local\.(\w+)", shows) for name in terraform.local(tree, local)]
    return (*shared, *re.findall(r'"(\w+)"', shows))


def _wanted() -> dict[str, Any]:
    return {
        table.name: {
            "keys": (table.hash_key, table.range_key),
            "attributes": {
                (a["AttributeName"], a["AttributeType"]) for a in tables.definition(table)["AttributeDefinitions"]
            },
            "indexes": {
                (i.name, i.hash_key, i.range_key, "INCLUDE" if i.projected else "KEYS_ONLY", i.projected)
                for i in table.indexes
            },
            "billing": "PAY_PER_REQUEST",
        }
        for table in tables.TABLES
    }


def test_tables_have_the_keys_indexes_and_projections_the_catalog_asks_for() -> None:
    assert _declared(terraform.module("catalog")) == _wanted()


@pytest.mark.parametrize(
    "lost",
    [
        '        "shelf-index"      = { hash = "shelf", range = "rank_key", shows = local.card }\n',
        ', "sold_out"',
        ', asked_at = "S"',
        '"rating_total", ',
    ],
)
def test_a_lost_index_key_or_projection_is_noticed(lost: str) -> None:
    text = (terraform.FOLDER / "modules/catalog/main.tf").read_text()
    assert lost in text
    assert _declared(terraform.parse(text.replace(lost, ""))) != _wanted()


def test_tables_can_be_restored_replicated_and_not_deleted() -> None:
    (body,) = terraform.resources(terraform.module("catalog"), "aws_dynamodb_table").values()
    assert body["for_each"] == "${local.tables}" and body["name"] == "${var.table_prefix}${each.key}"
    assert (body["hash_key"], body["range_key"]) == ("${each.value.hash}", "${each.value.range}")
    made = {name: one["content"][0] for dynamic in body["dynamic"] for name, one in dynamic.items()}
    assert made["attribute"]["name"] == "${attribute.key}" and made["attribute"]["type"] == "${attribute.value}"
    index = made["global_secondary_index"]
    assert index["projection_type"].endswith('== 0 ? "KEYS_ONLY" : "INCLUDE"}')
    assert index["non_key_attributes"].endswith("== 0 ? null : global_secondary_index.value.shows}")
    assert made["replica"]["region_name"] == "${replica.value}"
    assert body["point_in_time_recovery"][0]["enabled"] is True
    assert body["deletion_protection_enabled"] is True
    assert body["stream_view_type"] == "NEW_AND_OLD_IMAGES"
    assert body["lifecycle"][0]["prevent_destroy"] is True
