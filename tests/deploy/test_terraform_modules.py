"""Claims: modules fit together. What one asks of another is declared there, and nothing is declared in vain."""

import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from deploy.lambdas import build
from orders.partners import addresses
from shopcloud.lib import fetching
from tests.deploy import terraform

FOLDERS = sorted({path.parent for path in terraform.files()})
ENVIRONMENTS = [folder for folder in FOLDERS if folder.parent.name == "environments"]
ARGUMENTS_OF_TERRAFORM = {"source", "providers", "count", "for_each", "depends_on", "version"}


def _text(folder: Path) -> str:
    return "\n".join(path.read_text() for path in sorted(folder.glob("*.tf")))


def _tree(folder: Path) -> dict[str, Any]:
    return terraform.parse(_text(folder))


def _named(tree: dict[str, Any], kind: str) -> dict[str, dict[str, Any]]:
    return {name: body for entry in tree.get(kind, ()) for name, body in entry.items()}


def _misfits(folder: Path, text: str) -> list[str]:
    """What `terraform validate` would say of names: modules' arguments and outputs, variables, locals, resources."""
    tree = terraform.parse(text)
    calls = {name: (body, _tree((folder / body["source"]).resolve())) for name, body in _named(tree, "module").items()}
    found = [fault for name, (body, called) in calls.items() for fault in _arguments(name, body, called)]
    # What was moved stands under its new name alone.
    used = re.sub(r"#.*|^moved \{[^}]*\}", "", text, flags=re.MULTILINE)
    for name, output in re.findall(r"\bmodule\.(\w+)(?:\[[^\]]*\])?\.(\w+)", used):
        if name not in calls or output not in _named(calls[name][1], "output"):
            found.append(f"module.{name}.{output} is no output")
    declared = _named(tree, "variable")
    asked = set(re.findall(r"\bvar\.(\w+)", used))
    found += [f"var.{name} is not declared" for name in sorted(asked - set(declared))]
    found += [f"var.{name} is never used" for name in sorted(set(declared) - asked)]
    values = {name for entry in tree.get("locals", ()) for name in entry}
    asked = set(re.findall(r"\blocal\.(\w+)", used))
    found += [f"local.{name} is not declared" for name in sorted(asked - values)]
    for kind, prefix in (("resource", ""), ("data", "data.")):
        stands = {(type_, name) for type_, name, _ in terraform.blocks(tree, kind)}
        start = r"(?<![\w.])" if kind == "resource" else r"\bdata\."
        wanted = set(re.findall(start + r"((?:aws|random|tls)_\w+)\.(\w+)", used))
        found += [f"{prefix}{type_}.{name} is not declared" for type_, name in sorted(wanted - stands)]
    return found


def _arguments(name: str, body: dict[str, Any], called: dict[str, Any]) -> list[str]:
    declared = _named(called, "variable")
    given = {key for key in body if not key.startswith("__")} - ARGUMENTS_OF_TERRAFORM
    needed = {key for key, variable in declared.items() if "default" not in variable}
    return [f"{name}: {key} is not asked for" for key in sorted(given - set(declared))] + [
        f"{name}: {key} is missing" for key in sorted(needed - given)
    ]


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda f: f.name)
def test_every_name_that_is_used_is_declared_and_every_variable_is_used(folder: Path) -> None:
    assert _misfits(folder, _text(folder)) == []


def test_a_lost_variable_output_or_argument_is_noticed() -> None:
    folder = ENVIRONMENTS[0]
    text = _text(folder)
    lost = text.replace("  rotation = var.rotation\n", "").replace("module.us.kms_key_arn", "module.us.kms_key")
    assert set(_misfits(folder, lost)) == {
        "shared: rotation is missing",
        "var.rotation is never used",
        "module.us.kms_key is no output",
    }


def test_each_module_is_part_of_some_environment() -> None:
    reached: set[Path] = set()
    waiting = list(ENVIRONMENTS)
    while waiting:
        folder = waiting.pop()
        sources = [(folder / body["source"]).resolve() for body in _named(_tree(folder), "module").values()]
        waiting += [source for source in sources if source not in reached]
        reached |= set(sources)
    assert reached == {folder for folder in FOLDERS if folder.parent.name == "modules"}


@pytest.fixture
def binary() -> str:
    found = shutil.which("terraform") or shutil.which("tofu")
    if found is None:
        pytest.skip("neither terraform nor tofu is installed")
    return found


def test_files_are_in_the_form_that_terraform_gives_them(binary: str) -> None:
    done = subprocess.run(
        [binary, "fmt", "-check", "-recursive", "-diff", terraform.FOLDER], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (0, "")


@pytest.mark.parametrize("folder", ENVIRONMENTS, ids=lambda f: f.name)
def test_terraform_itself_reads_an_environment_with_all_its_modules(folder: Path, binary: str, tmp_path: Path) -> None:
    """As far as it goes without a provider, which only the registry has."""
    shutil.copytree(terraform.FOLDER, tmp_path / "terraform", symlinks=True)
    here = tmp_path / "terraform/environments" / folder.name
    done = subprocess.run([binary, "get"], cwd=here, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr


def test_what_environments_share_is_written_once() -> None:
    """Links, all into phase1, and what a promoted replica needs; a copy would drift."""
    linked = {f"{path.parent.name}/{path.name}": path for path in terraform.files() if path.is_symlink()}
    parameters = linked.pop("orders_replica/parameters.tf")
    assert parameters.resolve() == terraform.FOLDER / "modules/orders/parameters.tf"
    shared = ("account", "edge", "outputs", "variables", "versions")
    assert set(linked) == {f"{phase}/{name}.tf" for phase in ("phase2", "phase3") for name in shared}
    assert {path.resolve().parent.name for path in linked.values()} == {"phase1"}


def test_a_region_is_told_all_that_it_asks_of_the_shop_and_no_more() -> None:
    """`_misfits` looks at variables, not into them."""
    stack = terraform.FOLDER / "modules/stack"
    declared = re.search(r'^variable "shop" \{.*?object\(\{(.*?)\}\)', _text(stack), re.MULTILINE | re.DOTALL)
    assert declared is not None
    taken = set(re.findall(r"^ +(\w+) +=", declared[1], re.MULTILINE))
    assert set(re.findall(r"\bvar\.shop\.(\w+)", _text(stack))) == taken
    told = [set(terraform.local(_tree(folder), "shop")) - {"__is_block__"} for folder in ENVIRONMENTS]
    assert told == [taken] * 3
    assert {"domain", "table_names", "email_url"} <= taken


def test_states_are_in_s3_and_locked() -> None:
    assert [folder.name for folder in ENVIRONMENTS] == ["phase1", "phase2", "phase3"]
    for folder in ENVIRONMENTS:
        backend = _tree(folder)["terraform"][0]["backend"][0]["s3"]
        assert (backend["use_lockfile"], backend["encrypt"]) == (True, True)
        assert folder.name in backend["key"]


def test_phases_grow_from_one_small_region_to_two_active_ones_and_a_third_to_recover_in() -> None:
    stacks = {
        f.name: {n: b for n, b in _named(_tree(f), "module").items() if b["source"].endswith("stack")}
        for f in ENVIRONMENTS
    }
    assert {name: sorted(found) for name, found in stacks.items()} == {
        "phase1": ["us"],
        "phase2": ["us"],
        "phase3": ["eu", "us", "west"],
    }
    assert [stacks[phase]["us"]["high_availability"] for phase in stacks] == [False, True, True]
    assert [stacks[phase]["us"]["valkey_replicas"] for phase in stacks] == [0, 1, 2]
    assert stacks["phase3"]["west"]["active"] == "${var.recovery_active}"
    assert all("orders_replica_of" in stacks["phase3"][region] for region in ("eu", "west"))


# -- the way in ------------------------------------------------------------------------------------------------


def test_regions_are_asked_every_30_seconds_and_chosen_by_latency() -> None:
    tree = terraform.module("dns")
    checks = terraform.resources(tree, "aws_route53_health_check")
    assert {check["request_interval"] for check in checks.values()} == {30}
    origin = terraform.resources(tree, "aws_route53_record")["origin"]
    assert "latency_routing_policy" in origin
    assert origin["health_check_id"].startswith("${aws_route53_health_check.region")


def test_people_are_served_over_https_alone_from_compressed_copies_that_live_a_day() -> None:
    tree = terraform.module("edge")
    shop = terraform.resources(tree, "aws_cloudfront_distribution")["shop"]
    behaviours = [shop["default_cache_behavior"][0], *shop["ordered_cache_behavior"]]
    behaviours += [d["ordered_cache_behavior"]["content"][0] for d in shop["dynamic"] if "ordered_cache_behavior" in d]
    assert len(behaviours) == 4
    assert {b["viewer_protocol_policy"] for b in behaviours} <= {"redirect-to-https", "https-only"}
    assert terraform.resources(tree, "aws_cloudfront_cache_policy")["static"]["default_ttl"] == 24 * 3600
    control = terraform.resources(tree, "aws_cloudfront_origin_access_control")["media"]
    assert (control["signing_behavior"], control["origin_access_control_origin_type"]) == ("always", "s3")


def test_stores_are_reached_by_the_tasks_alone() -> None:
    doors = terraform.local(terraform.module("network"), "doors").values()
    assert {d["from"] for d in doors if d["to"] in {"valkey", "dax", "search", "proxy"}} == {"tasks"}
    assert {d["from"] for d in doors if d["to"] == "postgres"} == {"tasks", "proxy"}
    assert {d["from"] for d in doors if d["to"] == "tasks"} == {"balancer"}
    text = (terraform.FOLDER / "modules/network/main.tf").read_text()
    admitted = re.findall(r'resource "aws_vpc_security_group_ingress_rule" "\w+" \{.*?\n\}', text, re.DOTALL)
    assert len(admitted) == 3
    assert not [rule for rule in admitted if "0.0.0.0/0" in rule]


def test_what_the_code_asks_of_the_internet_is_what_the_network_lets_out(settings: Any) -> None:
    rules = terraform.resources(terraform.module("network"), "aws_vpc_security_group_egress_rule")
    out = {rule["to_port"] for rule in rules.values() if rule.get("cidr_ipv4") == "0.0.0.0/0"}
    assert out == {443, 587}
    settings.PRODUCTION = True
    assert {fetching.target_of("https://pictures.example/a.jpg").port} <= out
    for url in ("http://pictures.example/a.jpg", "https://pictures.example:8443/a.jpg", "http://pictures.example:443/"):
        with pytest.raises(fetching.NotFetched, match="https:// and name no other port"):
            fetching.target_of(url)
    addresses.check("https://partner.example/hook")
    addresses.check("https://partner.example:443/hook")
    with pytest.raises(addresses.BadAddress, match="no other port than 443"):
        addresses.check("https://partner.example:8443/hook")
    settings.PRODUCTION = False
    assert fetching.target_of("http://pictures.example/a.jpg").port == 80


def test_the_canary_runs_the_shopper_that_the_repository_tests(tmp_path: Path) -> None:
    tree = terraform.module("canary")
    canary = terraform.resources(tree, "aws_synthetics_canary")["shopper"]
    with zipfile.ZipFile(build.pack_canary(tmp_path)) as package:
        assert package.namelist() == ["python/canary.py"]
        package.extractall(tmp_path)
    file, _, handler = canary["handler"].partition(".")
    given = canary["run_config"][0]["environment_variables"]
    # Nothing of the shop is beside it there, so it must stand alone.
    said = f"import sys; sys.path.insert(0, 'python'); import {file}; {file}.{handler}(None, None)"
    done = subprocess.run(
        [sys.executable, "-I", "-c", said],
        cwd=tmp_path,
        env=dict.fromkeys(given, "http://127.0.0.1:1"),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1 and "RuntimeError: home: No answer: URLError." in done.stderr
    assert "var/lambdas/canary.zip" in terraform.local(tree, "package")


def test_who_watches_the_shop_is_missed_when_it_is_gone() -> None:
    alarm = terraform.resources(terraform.module("canary"), "aws_cloudwatch_metric_alarm")["shopper"]
    assert (alarm["treat_missing_data"], alarm["comparison_operator"]) == ("breaching", "LessThanThreshold")
    assert alarm["dimensions"] == {"CanaryName": "${aws_synthetics_canary.shopper.name}"}


def test_sessions_have_three_shards_tls_and_no_snapshots() -> None:
    body = terraform.resources(terraform.module("sessions"), "aws_elasticache_replication_group")["sessions"]
    assert (body["num_node_groups"], body["snapshot_retention_limit"]) == (3, 0)
    assert (body["transit_encryption_enabled"], body["transit_encryption_mode"]) == (True, "required")
