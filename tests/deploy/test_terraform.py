"""Claims: what Terraform builds is what the code asks for, both ways, and the provider knows every word of it."""

import ast
import fnmatch
import re
from typing import Any, cast

import pytest
from django.conf import settings
from kombu.transport.SQS import Channel

from analytics import tables as lake
from media.queries import PUBLIC_KEY
from shopcloud import broker
from tests.deploy import terraform

GLUE = {"string": "string", "int64": "bigint", "bool": "boolean", "timestamp[us, tz=UTC]": "timestamp"}


# -- the provider ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", terraform.files(), ids=lambda p: str(p.relative_to(terraform.FOLDER)))
def test_the_provider_knows_every_resource_and_argument(path: Any) -> None:
    tree = terraform.parse(path.read_text())
    wrong = [
        fault
        for kind in ("resource", "data")
        for type_, name, body in terraform.blocks(tree, kind)
        if type_.startswith("aws_")
        for fault in terraform.faults(f"{type_}.{name}", body, terraform.SCHEMA[kind][type_])
    ]
    assert wrong == []


def test_the_schema_tells_wrong_arguments_and_missing_ones() -> None:
    schema = terraform.SCHEMA["resource"]["aws_sqs_queue_redrive_allow_policy"]
    assert list(terraform.faults("x", {"queue": 1}, schema)) == [
        "x: queue is not known",
        "x: queue_url is missing",
        "x: redrive_allow_policy is missing",
    ]
    schema = terraform.SCHEMA["resource"]["aws_dynamodb_table"]
    tree = terraform.parse('resource "a" "b" {\n name = "n"\n point_in_time_recovery {\n on = true\n }\n}')
    body = next(terraform.blocks(tree))[2]
    assert "x.point_in_time_recovery: on is not known" in list(terraform.faults("x", body, schema))


# -- queues ----------------------------------------------------------------------------------------------------


def _queues(tree: dict[str, Any]) -> set[str]:
    return set(ast.literal_eval(re.sub(r"^\$\{toset\((.*)\)\}$", r"\1", terraform.local(tree, "queues"))))


def _routed() -> set[str]:
    return {settings.CELERY_TASK_DEFAULT_QUEUE} | {route["queue"] for route in settings.CELERY_TASK_ROUTES.values()}


def test_each_queue_of_the_tasks_is_one_of_sqs() -> None:
    assert _queues(terraform.module("messaging")) == _routed()
    assert _queues(terraform.module("messaging", without=', "lake"')) != _routed()


def test_the_image_brings_what_celery_reads_sqs_with() -> None:
    """kombu imports it only when a worker begins to read, and then the worker ends."""
    locked = (terraform.ROOT / "requirements.txt").read_text()
    assert terraform.local(terraform.module("compute"), "environment")["CELERY_BROKER_URL"].startswith("sqs")
    assert re.search(r"^pycurl==", locked, re.MULTILINE)


def test_workers_listen_to_every_queue() -> None:
    commands = [p["command"] for p in terraform.local(terraform.module("compute"), "processes").values()]
    heard = [queue for c in commands if "-Q" in c for queue in c[c.index("-Q") + 1].split(",")]
    assert sorted(heard) == sorted(_routed())


def test_celery_finds_its_queues_in_sqs_by_the_name_terraform_gives_them() -> None:
    tree = terraform.module("messaging")
    name = terraform.resources(tree, "aws_sqs_queue")["tasks"]["name"]
    assert name == "${var.queue_prefix}${each.key}"
    options = broker.transport_options(region="us-east-1", queue_prefix="shopcloud-", visibility_seconds=660)
    prefixed = Channel.canonical_queue_name
    assert prefixed(cast(Channel, _Asked(options["queue_name_prefix"])), "default") == "shopcloud-default"


class _Asked:
    """As much of a channel as naming a queue asks for."""

    predefined_queues: dict[str, Any] = {}

    def __init__(self, prefix: str) -> None:
        self.queue_name_prefix = prefix

    entity_name = Channel.entity_name


def test_a_message_stays_hidden_longer_than_the_longest_task() -> None:
    tree = terraform.module("messaging")
    default = next(v["visibility_seconds"]["default"] for v in tree["variable"] if "visibility_seconds" in v)
    assert default > settings.CELERY_TASK_TIME_LIMIT
    tasks = terraform.resources(tree, "aws_sqs_queue")["tasks"]
    assert tasks["visibility_timeout_seconds"] == "${var.visibility_seconds}"
    assert "deadLetterTargetArn" in tasks["redrive_policy"]


# -- buckets ---------------------------------------------------------------------------------------------------


def test_nothing_that_a_page_shows_goes_into_an_archive() -> None:
    rules = terraform.resources(terraform.module("media"), "aws_s3_bucket_lifecycle_configuration")["media"]["rule"]
    shown = ("images/" + "0" * 32 + "/320.webp", "models/" + "0" * 32 + ".glb")
    assert all(PUBLIC_KEY.fullmatch(key) for key in shown)
    archived = [r for r in rules if any(t["storage_class"] in COLD for t in r.get("transition", ()))]
    assert [r["filter"][0]["prefix"] for r in archived] == ["originals/"]
    assert not any(key.startswith(r["filter"][0]["prefix"]) for r in archived for key in shown)
    assert [(t["days"], t["storage_class"]) for t in archived[0]["transition"]] == [
        (30, "STANDARD_IA"),
        (90, "DEEP_ARCHIVE"),
    ]
    assert any(r["filter"][0].get("prefix") == "images/" and not r.get("expiration") for r in rules)


COLD = {"GLACIER", "DEEP_ARCHIVE"}


def test_the_lake_is_archived_after_90_days_and_deleted_after_seven_years() -> None:
    tree = terraform.module("lake")
    rule = terraform.resources(tree, "aws_s3_bucket_lifecycle_configuration")["lake"]["dynamic"][0]["rule"]
    content = rule["content"][0]
    assert (content["transition"][0]["days"], content["expiration"][0]["days"]) == (90, 7 * 365 + 2)
    assert rule["for_each"] == "${local.columns}"


def test_the_lakes_tables_have_the_columns_that_are_written() -> None:
    declared = terraform.local(terraform.module("lake"), "columns")
    assert set(declared) == set(lake.TABLES)
    for name, table in lake.TABLES.items():
        assert {c["name"]: c["type"] for c in declared[name]} == {f.name: _glue(f.type) for f in table.columns}
        assert [c["name"] for c in declared[name]] == table.columns.names


def _glue(kind: Any) -> str:
    if str(kind) in GLUE:
        return GLUE[str(kind)]
    inner = ",".join(f"{f.name}:{_glue(f.type)}" for f in kind.value_type)
    return f"array<struct<{inner}>>"


# -- containers ------------------------------------------------------------------------------------------------


def _variables() -> tuple[set[str], set[str]]:
    """What the settings read, and which of that has no default."""
    parts = ("settings", "sealing_settings", "sign_in_settings", "homes")
    text = "\n".join((terraform.ROOT / f"shopcloud/{part}.py").read_text() for part in parts)
    every = set(re.findall(r'env\.\w+\(\s*"([A-Z_0-9]+)"', text))
    needed = {
        str(call.args[0].value)
        for call in ast.walk(ast.parse(text))
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Attribute)
        and getattr(call.func.value, "id", "") == "env"
        and len(call.args) == 1
        and call.func.attr in {"text", "url"}
        and isinstance(call.args[0], ast.Constant)
    }
    return every, needed


def _given(*, without: str = "") -> set[str]:
    tree = terraform.module("compute", without=without)
    return set(terraform.local(tree, "environment")) | _secrets()


def _secrets() -> set[str]:
    return set(terraform.local(terraform.module("stack"), "secret_names_declared"))


def test_each_variable_a_container_gets_is_read_and_each_required_one_is_given() -> None:
    every, needed = _variables()
    assert _given() - every == set()
    assert needed - _given() == set()
    assert needed >= {"SECRET_KEY", "DATABASE_URL", "REDIS_URL", "CELERY_BROKER_URL"}
    described = set(re.findall(r"^([A-Z_0-9]+)=", (terraform.ROOT / ".env.example").read_text(), re.MULTILINE))
    assert _given() - described == set()


def test_what_production_cannot_do_without_is_given() -> None:
    wanted = {"PRODUCTION", "ALLOWED_HOSTS", "PUBLIC_URL", "TRUSTED_PROXY_COUNT", "JWT_PRIVATE_KEY", "PAYMENT_GATEWAY"}
    wanted |= {"SEALING_KEYS"}
    wanted |= {"STRIPE_SECRET_KEY", "STRIPE_WEBHOOK_SECRETS", "MEDIA_BUCKET", "DOWNLOADS_BUCKET", "LAKE_BUCKET"}
    wanted |= {"DYNAMODB_TABLE_PREFIX", "DAX_ENDPOINT", "SEARCH_URL", "MEDIA_URL_BASE", "EMAIL_URL", "QUEUE_PREFIX"}
    assert wanted - _given() == set()
    lost = '    CELERY_BROKER_URL       = "sqs://"\n'
    assert _variables()[1] - _given(without=lost) == {"CELERY_BROKER_URL"}


def test_no_secret_is_a_plain_variable_of_a_container() -> None:
    plain = set(terraform.local(terraform.module("compute"), "environment"))
    assert not plain & {"SECRET_KEY", "SEALING_KEYS", "DATABASE_URL", "DATABASE_REPLICA_URL", "REDIS_URL", "EMAIL_URL"}
    assert not plain & {"DATABASE_URL_US", "DATABASE_URL_EU"}
    assert not [name for name in plain if fnmatch.fnmatch(name, "*SECRET*") or fnmatch.fnmatch(name, "*PRIVATE*")]


def test_the_balancer_asks_the_port_and_path_that_answer_without_a_store(client: Any) -> None:
    tree = terraform.module("compute")
    check = terraform.resources(tree, "aws_lb_target_group")["process"]["health_check"][0]
    # The balancer names the container's own address, which no setting can know before it starts.
    answer = client.get(check["path"], headers={"host": "10.0.16.5:8000"})
    assert str(answer.status_code) == check["matcher"]
    dockerfile = (terraform.ROOT / "deploy/docker/Dockerfile").read_text()
    ports = {p["port"] for p in terraform.local(tree, "processes").values() if isinstance(p["port"], int)}
    assert [str(port) for port in ports] == re.findall(r"EXPOSE (\d+)", dockerfile)


def test_web_runs_between_4_and_50_tasks_at_70_percent_of_cpu() -> None:
    tree = terraform.module("compute")
    defaults = {name: v.get("default") for entry in tree["variable"] for name, v in entry.items()}
    assert (defaults["min_tasks"], defaults["max_tasks"]) == (4, 50)
    policy = terraform.resources(tree, "aws_appautoscaling_policy")["cpu"]
    assert policy["target_tracking_scaling_policy_configuration"][0]["target_value"] == 70
    breaker = terraform.resources(tree, "aws_ecs_service")["process"]["deployment_circuit_breaker"][0]
    assert (breaker["enable"], breaker["rollback"]) == (True, True)


def test_addresses_of_stores_have_the_forms_that_the_shop_reads() -> None:
    """Valkey refuses what is not encrypted, so a cluster's address must say TLS."""
    values = terraform.module("stack")["module"]
    secrets = next(m["security"]["secret_values"] for m in values if "security" in m)
    assert secrets["REDIS_URL"].startswith("rediss+cluster://")
    text = (terraform.ROOT / "shopcloud/settings.py").read_text()
    read = dict(re.findall(r'env\.url\("(\w+)", schemes=\(([^)]*)\)\)', text))
    assert '"rediss+cluster"' in read["REDIS_URL"]
    assert '"sqs"' in read["CELERY_BROKER_URL"]
    outputs = "".join(path.read_text() for path in (terraform.FOLDER / "modules/orders").glob("outputs.tf"))
    assert set(re.findall(r'"(\w+)://', outputs)) == {"postgres"}
    assert '"postgres"' in read["DATABASE_URL"]


# -- what a process may do -------------------------------------------------------------------------------------

# Asked only on a laptop, where `create_stores` makes what Terraform makes in AWS, or signed without asking.
LOCAL = {"create_table", "update_table", "describe_table", "delete_table", "get_waiter", "get_paginator"}
LOCAL |= {"create_bucket", "head_bucket", "generate_presigned_url"}
S3 = {
    "upload_fileobj": "PutObject",
    "head_object": "GetObject",
    "list_objects_v2": "ListBucket",
    "list_buckets": "ListAllMyBuckets",
}
# One transaction's parts are granted one by one, and an upload in parts must be able to give up.
PARTS = {"dynamodb:ConditionCheckItem", "s3:AbortMultipartUpload"}
# These actions of AWS take no resource.
NAMELESS = {"s3:ListAllMyBuckets", "sqs:ListQueues", "ecr:GetAuthorizationToken"}


def _asked() -> set[str]:
    """The actions that the calls in the code need."""
    found = set()
    for folder in ("shopcloud", "accounts", "catalog", "orders", "media", "analytics"):
        for path in (terraform.ROOT / folder).rglob("*.py"):
            text = path.read_text()
            found |= set(re.findall(r"\b(s3|dynamodb)\([^()]*\)\.(\w+)\(", text))
            found |= {("s3", call) for call in re.findall(r"_of\(bucket\)\.(\w+)\(", text)}
            if path.is_relative_to(terraform.ROOT / "catalog/dynamo"):
                words = r'"(get_item|put_item|update_item|delete_item|query|scan|batch_get_item|batch_write_item)"'
                found |= {("dynamodb", call) for call in re.findall(words, text)}
    return {f"{service}:{_action(call)}" for service, call in found if call not in LOCAL}


def _action(call: str) -> str:
    return S3.get(call, "".join(word.title() for word in call.split("_")))


def _granted(text: str) -> set[str]:
    return {action for action in terraform.actions(text) if action.startswith(("dynamodb:", "s3:"))}


def test_the_processes_may_do_what_the_code_asks_of_aws_and_no_more() -> None:
    text = (terraform.FOLDER / "modules/roles/main.tf").read_text()
    assert _granted(text) - PARTS == _asked()
    assert _asked() - _granted(text.replace('"s3:PutObject", ', "")) == {"s3:PutObject"}
    assert _asked() - _granted(text.replace('"dynamodb:Query", ', "")) == {"dynamodb:Query"}


def _wild(text: str) -> set[str]:
    """The actions that an Allow gives on every resource, read line by line."""
    return {
        a for line in text.splitlines() if re.search(r'Resource\s*=\s*\[?"\*"', line) for a in terraform.actions(line)
    }


def test_a_role_names_what_it_may_touch() -> None:
    text = (terraform.FOLDER / "modules/roles/main.tf").read_text()
    assert _wild(text) == NAMELESS
    assert len(re.findall(r'Resource\s*=\s*\[?"\*"', text)) == len(NAMELESS)
    assert not [action for action in terraform.actions(text) if "*" in action]


# -- PostgreSQL ------------------------------------------------------------------------------------------------


def _parameters(module: str = "orders") -> dict[str, str]:
    group = terraform.resources(terraform.module(module), "aws_db_parameter_group")["orders"]
    return {p["name"]: p["value"] for p in group["parameter"]}


def test_a_replica_that_is_promoted_runs_as_the_writer_did() -> None:
    assert _parameters("orders_replica") == _parameters()
    body = terraform.resources(terraform.module("orders_replica"), "aws_db_instance")["replica"]
    assert body["parameter_group_name"] == "${aws_db_parameter_group.orders.name}"


def test_waits_are_bounded_behind_the_proxy_as_they_are_without_it() -> None:
    waits = dict(re.findall(r"-c (\w+)=(\d+)", settings.DATABASES["default"]["OPTIONS"]["options"]))
    assert len(waits) == 3
    assert waits.items() <= _parameters().items()


def test_peoples_addresses_stay_out_of_the_databases_log() -> None:
    assert _parameters()["log_error_verbosity"] == "terse"
    assert _parameters()["log_min_error_statement"] == "panic"


def test_orders_can_be_restored_to_any_minute_of_35_days() -> None:
    body = terraform.resources(terraform.module("orders"), "aws_db_instance")["orders"]
    assert body["backup_retention_period"] == 35
    assert (body["storage_type"], body["storage_encrypted"], body["deletion_protection"]) == ("gp3", True, True)
