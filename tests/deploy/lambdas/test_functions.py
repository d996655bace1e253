"""Claims: Terraform gives each function what its code asks for, and no more; what fails is kept and wakes somebody."""

import ast
import re

import pytest

from deploy.lambdas import build
from tests.deploy import terraform
from tests.deploy.lambdas.conftest import LAMBDAS

REGIONAL = sorted(set(build.FUNCTIONS) - {"edge_images"})
# Asked by what starts a function, not by its code.
STARTS = {
    "catalog_indexer": {"DescribeStream", "GetRecords", "GetShardIterator", "ListStreams"},
    # A waiter asks; the task's roles are handed on; the secrets are encrypted with the region's key.
    "rotate_secret": {"DescribeReplicationGroups", "PassRole", "Decrypt", "GenerateDataKey"},
    "fulfil_download": {"ReceiveMessage", "DeleteMessage", "GetQueueAttributes"},
}
# Calls whose action has another name, and what AWS asks of the caller beside the call itself.
ACTIONS = {
    "send_message_batch": {"SendMessage"},
    "describe_db_instances": {"DescribeDBInstances"},
    "delete_db_instance": {"DeleteDBInstance"},
    "create_db_instance_read_replica": {"CreateDBInstanceReadReplica", "CreateGrant", "DescribeKey"},
    "list_objects_v2": {"ListBucket"},
}
PAGED = r'\bget_paginator\("(\w+)"\)'
CLIENTS = r"\b(?:rds|cloudwatch|route53|s3|manager|ecs|elasticache|_sqs\(\))"
DIRECT = CLIENTS + r"\.(?!exceptions|get_paginator|get_waiter)(\w+)\("
CALLS = re.compile(f"{PAGED}|{DIRECT}")


def statements(name: str) -> str:
    text = (terraform.FOLDER / "modules/functions/main.tf").read_text()
    return re.search(rf"^    {name} = \[\n(.*?)^    \]", text, re.MULTILINE | re.DOTALL)[1]


def asked(name: str) -> set[str]:
    found = set()
    for path in (LAMBDAS / name).glob("*.py"):
        for paged, direct in CALLS.findall(path.read_text()):
            call = paged or direct
            found |= ACTIONS.get(call, {"".join(word.title() for word in call.split("_"))})
    return found


@pytest.mark.parametrize("name", REGIONAL)
def test_a_function_may_do_what_its_code_asks_and_no_more(name):
    granted = {action.partition(":")[2] for action in terraform.actions(statements(name))}
    granted -= {"PassedToService"}
    assert granted == asked(name) | STARTS.get(name, set())


def test_what_a_function_may_touch_is_named():
    for path in (terraform.FOLDER / "modules").rglob("*.tf"):
        if path.parent.name in {"functions", "edge"}:
            wild = [line for line in path.read_text().splitlines() if re.search(r'Resource\s*=\s*\[?"\*"', line)]
            assert all(terraform.actions(line) == {"cloudwatch:GetMetricData"} for line in wild)


@pytest.mark.parametrize("name", REGIONAL)
def test_a_function_gets_the_variables_it_reads_and_no_others(name):
    text = (terraform.FOLDER / "modules/functions/main.tf").read_text()
    block = re.search(rf"^      {name} = \{{\n(.*?)^      \}}", text, re.MULTILINE | re.DOTALL)[1]
    given = set(re.findall(r"\b([A-Z][A-Z_]+)\s*=", block))
    read = set()
    for path in (LAMBDAS / name).glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Subscript) and ast.unparse(node.value) in {"os.environ", "settings"}:
                read.add(ast.literal_eval(node.slice))
    assert given == read and read


def test_what_fails_for_good_is_kept_and_wakes_somebody():
    tree = terraform.module("functions")
    function = terraform.resources(tree, "aws_lambda_function")["function"]
    assert "dead_letter_config" in function and function["runtime"] == "python3.12"
    alarms = terraform.resources(tree, "aws_cloudwatch_metric_alarm")
    assert {"errors", "dead", "stream_age", "ceiling"} == set(alarms)
    for alarm in alarms.values():
        assert alarm["alarm_actions"] == ["${var.alarm_topic_arn}"]
    for mapping in terraform.resources(tree, "aws_lambda_event_source_mapping").values():
        assert mapping["function_response_types"] == ["ReportBatchItemFailures"]


def test_what_another_region_saved_is_handed_to_the_index_within_a_second():
    mapping = terraform.resources(terraform.module("functions"), "aws_lambda_event_source_mapping")["products"]
    assert mapping["maximum_batching_window_in_seconds"] == 1


def test_the_handlers_that_terraform_names_are_in_the_packages():
    tree = terraform.module("functions")
    declared = terraform.resources(tree, "aws_lambda_function")["function"]
    text = (terraform.FOLDER / "modules/functions/main.tf").read_text()
    named = set(re.findall(r"^      (\w+) = \{$", text, re.MULTILINE))
    assert named == set(REGIONAL)
    assert declared["handler"] == "deploy.lambdas.${each.key}.handler.handle"
    edge = terraform.resources(terraform.module("edge"), "aws_lambda_function")["images"]
    assert edge["handler"] == "deploy.lambdas.edge_images.handler.handle"
    assert "environment" not in edge and edge["publish"] is True and edge["architectures"] == ["x86_64"]
    assert "var/lambdas/edge_images.zip" in terraform.local(terraform.module("edge"), "image_package")
    assert (terraform.ROOT / "var/lambdas") == build.BUILT
