"""Claims: in phase 3 each region's processes find both homes, and what is a person's stays in theirs."""

import re
from typing import Any

from media import services
from shopcloud.lib import residency
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


PHASE_3 = (terraform.FOLDER / "environments/phase3/main.tf").read_text()


def _stacks(text: str) -> dict[str, dict[str, Any]]:
    tree = terraform.parse(text)
    return {name: body for entry in tree["module"] for name, body in entry.items() if "stack" in body["source"]}


def _enters(stacks: dict[str, dict[str, Any]], *, homes: bool) -> set[tuple[str, str]]:
    """Which stack's tasks enter which other one's database: as another home's, or by a replica and its writer."""
    found = set()
    for name, body in stacks.items():
        followed = _chosen(body.get("orders_replica_of", ""), homes)
        kinds = {"follower": followed, "visitor": _chosen(body["other_orders_url"], homes)}
        found |= {
            (f"{name}.{kind}", re.findall(r"module\.(\w+)", to)[0]) for kind, to in kinds.items() if "module" in to
        }
    return found


def _told(stacks: dict[str, dict[str, Any]], *, homes: bool) -> set[tuple[str, str]]:
    """Which stack's secrets the rotation of which other one changes."""
    regions = {name: body.get("other_regions", []) for name, body in stacks.items()}
    asked = {name: [value] if isinstance(value, str) else value for name, value in regions.items()}
    return {
        (one, name)
        for name, values in asked.items()
        for value in values
        for one in re.findall(r"module\.(\w+\.\w+)", _chosen(value, homes))
    }


def _chosen(value: str, homes: bool) -> str:
    """What a value is with `european_homes`, or without."""
    either = re.fullmatch(r"\$\{var\.european_homes \? (.*) : (.*)\}", value)
    return either[1 if homes else 2] if either else value


def test_who_enters_a_database_is_told_when_its_password_changes() -> None:
    for homes in (True, False):
        assert _told(_stacks(PHASE_3), homes=homes) == _enters(_stacks(PHASE_3), homes=homes)
    assert _enters(_stacks(PHASE_3), homes=True) == {
        *{("us.visitor", "eu"), ("west.visitor", "eu"), ("eu.visitor", "us"), ("west.follower", "us")},
    }
    assert _enters(_stacks(PHASE_3), homes=False) == {("eu.follower", "us"), ("west.follower", "us")}


def test_a_region_that_is_not_told_is_noticed_and_so_is_one_told_in_vain() -> None:
    for lost, homes in (
        (", module.west.visitor", True),
        ("module.eu.visitor", True),
        (", module.west.follower", False),
    ):
        assert PHASE_3.count(lost) == 1
        without = _stacks(PHASE_3.replace(lost, "" if "," in lost else "null"))
        assert _told(without, homes=homes) < _enters(without, homes=homes)
    alone = _stacks(PHASE_3.replace("var.european_homes ? module.us.orders_url", "var.european_homes ? null"))
    assert _told(alone, homes=True) - _enters(alone, homes=True) == {("eu.visitor", "us")}


def test_every_address_of_a_database_follows_the_password_and_terraform_gives_it_its_first_value_alone() -> None:
    secrets = terraform.local(terraform.module("stack"), "secret_names_declared")
    addresses = {name for name in secrets if name.startswith("DATABASE_")}
    assert addresses == {"DATABASE_URL", "DATABASE_REPLICA_URL", "DATABASE_URL_US", "DATABASE_URL_EU"}
    rotated = terraform.local(terraform.module("security"), "rotated")
    assert set(re.findall(r'"(\w+)"', rotated)) == addresses | {"REDIS_URL"}
    outputs = {name: body for entry in terraform.module("stack")["output"] for name, body in entry.items()}
    elsewhere = [re.findall(r'"(\w+)"', outputs[kind]["value"]["secret_arns"]) for kind in ("follower", "visitor")]
    assert sorted(name for names in elsewhere for name in names) == sorted(addresses)


def test_the_two_homes_do_not_start_the_same_tasks_anew_in_one_night() -> None:
    nights = terraform.local(terraform.module("stack"), "night")
    assert set(nights) == {"us", "eu"} == set(residency.FIRST_NUMBERS)
    days = re.findall(r"cron\(0 \d+ (\d+) \* \? \*\)", " ".join(nights.values()))
    assert len(days) == len(set(days)) == 2
