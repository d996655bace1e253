"""Claims: in phase 3 each region's processes find both homes, and what is a person's stays in theirs."""

import re

from media import services
from tests.deploy import terraform


def test_copies_of_peoples_data_are_not_copied_to_other_regions() -> None:
    tree = terraform.module("media")
    rule = terraform.resources(tree, "aws_s3_bucket_replication_configuration")["files"]["dynamic"][0]["rule"]
    assert "local.copied[each.key]" in rule["for_each"]
    assert rule["content"][0]["filter"][0]["prefix"] == "${rule.value.prefix}"
    kept = ("files/", "imports/", "sitemaps/", "exports/")
    copied = terraform.local(tree, "copied")["downloads"]
    assert [prefix for prefix in kept if prefix not in copied] == ["exports/"]
    assert services.export_key("copy.zip").startswith("exports/")
    assert not any("exports/".startswith(prefix) for prefix in copied)


def test_of_the_other_homes_bucket_a_process_may_touch_copies_of_peoples_data_alone() -> None:
    text = (terraform.FOLDER / "modules/roles/main.tf").read_text()
    lines = [line for line in text.splitlines() if "${bucket}" in line]
    assert [re.findall(r"Resource = \[(.*)\] \}", line) for line in lines] == [['"arn:aws:s3:::${bucket}/exports/*"']]
    assert services.export_key("copy.zip").startswith("exports/")
    processes = terraform.local(terraform.module("roles"), "processes")
    assert {name for name, parts in processes.items() if "copies" in parts} == {"web", "worker"}


def test_each_home_of_phase_3_is_given_the_other_ones_database_and_bucket() -> None:
    tree = terraform.parse((terraform.FOLDER / "environments/phase3/main.tf").read_text())
    stacks = {name: body for entry in tree["module"] for name, body in entry.items() if "stack" in body["source"]}
    assert {name: body["other_orders_url"] for name, body in stacks.items()} == {
        "us": '${var.european_homes ? module.eu.orders_url : ""}',
        "eu": '${var.european_homes ? module.us.orders_url : ""}',
        "west": '${var.european_homes ? module.eu.orders_url : ""}',
    }
    assert "module.us.orders_arn" in stacks["eu"]["orders_replica_of"]
    secrets = set(terraform.local(terraform.module("stack"), "secret_names_declared"))
    given = terraform.local(terraform.module("compute"), "environment")
    assert {"SHOPCLOUD_REGION", "DOWNLOADS_BUCKET_US", "DOWNLOADS_BUCKET_EU"} <= set(given)
    assert {"DATABASE_URL_US", "DATABASE_URL_EU"} <= secrets
